#include "index/store/log_chain.h"

#include <gtest/gtest.h>

#include <set>

namespace gmpi {
namespace {

TEST(LogChain, every_part_of_an_entry_changes_its_hash) {
  const ChainHash batch = batch_hash(std::vector<Write>{Put{Table::kRecord, "k", "v"}});
  const ChainHash other = batch_hash(std::vector<Write>{Put{Table::kRecord, "k", "w"}});
  const std::set<ChainHash> hashes = {
      next_chain_hash({}, 1, batch, "event"), next_chain_hash({}, 2, batch, "event"),
      next_chain_hash({}, 1, other, "event"), next_chain_hash({}, 1, batch, "event "),
      next_chain_hash(batch, 1, batch, "event")};
  EXPECT_EQ(hashes.size(), 5u);
}

TEST(LogChain, batches_that_differ_in_any_way_hash_differently) {
  const auto hash = [](std::vector<Write> batch) { return batch_hash(batch); };
  const std::set<ChainHash> hashes = {
      hash({}),
      hash({Put{Table::kRecord, "ab", "c"}}),
      hash({Put{Table::kRecord, "a", "bc"}}),
      hash({Put{Table::kVersion, "ab", "c"}}),
      hash({Delete{Table::kRecord, "ab"}}),
      hash({Put{Table::kRecord, "ab", "c"}, Delete{Table::kRecord, "x"}}),
      hash({Delete{Table::kRecord, "x"}, Put{Table::kRecord, "ab", "c"}}),
  };
  EXPECT_EQ(hashes.size(), 7u);
}

TEST(LogChain, the_stored_form_of_a_chain_does_not_drift) {
  // Computed apart with hashlib from the grammar in docs/storage-format.md.
  const ChainHash batch =
      batch_hash(std::vector<Write>{Put{Table::kRecord, "k", "v"}, Delete{Table::kFeed, "f"}});
  EXPECT_EQ(hex(batch), "bb6f209a44617dd82e3ac378d67407d70da971f433ca5a3b87b4129e1fca45a2");
  EXPECT_EQ(hex(next_chain_hash({}, 1, batch, "event")),
            "42e301ca1021d3bd6af4a38733c5920ac08d4a41d8616db2e221905e466f2d7d");
}

}  // namespace
}  // namespace gmpi

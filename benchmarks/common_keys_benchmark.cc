// What does it cost when a blocking key becomes too common, or ceases to be, while records come in one by one?
//
// The shipped person model with `records_max` = 300. Three hundred records share one key; one more comes and goes
// again: CPU time of each of the two decisions, which others wait for. To be under 50 ms.
//   strangers   people of one name: the key is split, few ties among its records
//   copies      one person's content under three hundred keys: every pair has a tie
//   versions    one person's records of a quarter as many contents, four of each
//
//     build/release/benchmarks/common_keys_benchmark
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

#include "index/store/memory_store.h"
#include "linkage/linker.h"
#include "matcher/model_file.h"

namespace gmpi {
namespace {

constexpr int kBlock = 300;

SourceRecord person(int n, std::vector<SourceField> fields) {
  SourceRecord record;
  char id[16];
  std::snprintf(id, sizeof id, "%06d", n);
  record.key = {"gp", id};
  record.fields = std::move(fields);
  return record;
}

std::string number(int n, int digits) {
  std::string text = std::to_string(n);
  return std::string(static_cast<std::size_t>(digits) - text.size(), '0') + text;
}

SourceRecord stranger(int n) {
  return person(n, {{"given_name", "Mohammed"},
                    {"surname", "Khan"},
                    {"dob", std::to_string(1930 + n % 80) + "-" + number(1 + n / 80 % 12, 2) + "-" + number(1 + n % 28, 2)},
                    {"postcode", "M" + std::to_string(1 + n % 30) + " " + std::to_string(1 + n % 9) + "AE"}});
}

SourceRecord copy(int n) {
  return person(n, {{"given_name", "Anna"}, {"surname", "Shaw"}, {"dob", "1980-05-01"}, {"postcode", "M1 1AE"}});
}

SourceRecord version(int n) {
  SourceRecord record = copy(n);
  record.fields[3].value = "M" + std::to_string(1 + n % (kBlock / 4) / 9) + " " + std::to_string(1 + n % 9) + "AE";
  return record;
}

/// Of this process, on all cores: a machine that does other work too gives the same figure.
double cpu_milliseconds(const std::function<void()>& work) {
  const auto now = [] {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
  };
  const double start = now();
  work();
  return now() - start;
}

void measure(const char* name, const ModelBundle& bundle, SourceRecord (*make)(int)) {
  MemoryStore store;
  const SystemClock clock;
  auto linker = *Linker::open(bundle, store, clock, {});
  std::vector<double> arrivals;
  for (int n = 0; n < kBlock; ++n)
    arrivals.push_back(cpu_milliseconds([&] { (void)linker->register_record(make(n)); }));
  const auto before = linker->stats();
  std::vector<double> up, down;
  for (int round = 0; round < 5; ++round) {
    up.push_back(cpu_milliseconds([&] { (void)linker->register_record(make(kBlock + round)); }));
    if (round == 0)
      std::printf("%-10s identities %llu -> %llu, keys split %llu\n", name,
                  static_cast<unsigned long long>(before.identities),
                  static_cast<unsigned long long>(linker->stats().identities),
                  static_cast<unsigned long long>(linker->stats().split_keys));
    down.push_back(cpu_milliseconds([&] { (void)linker->retract_record(make(kBlock + round).key); }));
  }
  for (auto* times : {&arrivals, &up, &down}) std::sort(times->begin(), times->end());
  std::printf("%-10s CPU ms: arrival (median of the first %d) %.2f; one more %.2f; it goes %.2f (median of 5)\n",
              name, kBlock, arrivals[arrivals.size() / 2], up[2], down[2]);
}

}  // namespace
}  // namespace gmpi

int main(int argc, char** argv) {
  auto bundle = gmpi::read_bundle(argc > 1 ? argv[1] : "models/default/person");
  if (!bundle) {
    std::fprintf(stderr, "%s\n", bundle.error().message.c_str());
    return 1;
  }
  gmpi::measure("strangers", *bundle, gmpi::stranger);
  gmpi::measure("copies", *bundle, gmpi::copy);
  gmpi::measure("versions", *bundle, gmpi::version);
  return 0;
}

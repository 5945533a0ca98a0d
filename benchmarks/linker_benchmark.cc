// How fast is one decision of the living index: register, match, and coming up again?
//
// To beat: 5,000 durable registrations/s and 20,000 matches/s on 2 cores (the fsync is the disk's: here the
// store is in memory); 200,000 records up again within 5 s.
//
//     linker_benchmark MODEL_FOLDER [PEOPLE]

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "base/csv.h"
#include "benchmarks/population/generate.h"
#include "index/store/memory_store.h"
#include "linkage/linker.h"
#include "matcher/model_file.h"

namespace {

using namespace gmpi;
using Seconds = std::chrono::duration<double>;

template <class Work>
double seconds(Work work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return Seconds(std::chrono::steady_clock::now() - start).count();
}

std::vector<SourceRecord> synthetic_records(std::uint64_t people) {
  const auto folder = std::filesystem::temp_directory_path() / "gmpi_linker_benchmark";
  population::SynthOptions options;
  options.people = people;
  options.out_dir = folder.string();
  if (auto made = population::generate(options, {}); !made)
    std::exit((std::puts(made.error().message.c_str()), 1));
  auto reader = CsvReader::open((folder / "records.csv").string(), {});
  std::vector<SourceRecord> records;
  while (const CsvRow* row = reader->next()) {
    SourceRecord& record = records.emplace_back();
    for (std::size_t i = 0; i < row->fields.size(); ++i) {
      const std::string& name = reader->header()[i];
      if (name == "source") record.key.source = row->fields[i];
      if (name == "local_id") record.key.local_id = row->fields[i];
      if (name.ends_with("id") || name == "source" || name == "event_date" || row->fields[i].empty())
        continue;
      record.fields.push_back({name, std::string(row->fields[i])});
    }
  }
  std::filesystem::remove_all(folder);
  return records;
}

std::unique_ptr<Linker> open_linker(const ModelBundle& bundle, Store& store, const Clock& clock) {
  auto linker = Linker::open(bundle, store, clock, {});
  if (!linker) std::exit((std::puts(linker.error().message.c_str()), 1));
  return std::move(*linker);
}

void time_matches(const Linker& linker, const std::vector<SourceRecord>& records, std::size_t threads) {
  const std::size_t count = std::min<std::size_t>(records.size(), 20'000);
  std::vector<double> micros(count);
  const double all = seconds([&] {
    std::vector<std::thread> workers;
    for (std::size_t t = 0; t < threads; ++t)
      workers.emplace_back([&, t] {
        for (std::size_t i = t; i < count; i += threads)
          micros[i] =
              1e6 * seconds([&] { (void)linker.match_person({.person = records[i * 7 % records.size()]}); });
      });
    for (auto& worker : workers) worker.join();
  });
  std::sort(micros.begin(), micros.end());
  std::printf("match, %zu threads       %9.0f /s   p50 %.0f us, p99 %.0f us, max %.0f us\n", threads,
              static_cast<double>(count) / all, micros[count / 2], micros[count * 99 / 100], micros.back());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return std::puts("linker_benchmark MODEL_FOLDER [PEOPLE]"), 2;
  const auto bundle = read_bundle(argv[1]);
  if (!bundle) return std::puts(bundle.error().message.c_str()), 1;
  const auto records = synthetic_records(argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 30'000);
  const auto count = static_cast<double>(records.size());
  const SystemClock clock;
  MemoryStore store;
  auto linker = open_linker(*bundle, store, clock);
  const double registering = seconds([&] { (void)linker->register_records(records); });
  std::printf("register              %9.0f /s   %zu records, %.1f s\n", count / registering, records.size(),
              registering);
  const double again = seconds([&] { (void)linker->register_records(records); });
  std::printf("register, unchanged   %9.0f /s\n", count / again);
  time_matches(*linker, records, 1);
  time_matches(*linker, records, 2);
  const LinkerStats stats = linker->stats();
  std::printf("memory                %9.0f bytes/record, %llu identities, %llu open reviews\n",
              static_cast<double>(stats.memory_bytes) / count,
              static_cast<unsigned long long>(stats.identities),
              static_cast<unsigned long long>(stats.open_reviews));
  linker.reset();
  std::printf("open                  %9.2f s\n",
              seconds([&] { linker = open_linker(*bundle, store, clock); }));
  std::printf("check                 %9.2f s\n", seconds([&] {
                for (const auto& fault : linker->check().faults) std::puts(fault.c_str());
              }));
  return 0;
}

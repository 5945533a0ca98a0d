// Runs a fuzz target without a fuzzing engine: seeds mutated with a fixed seed, so that ctest repeats
// exactly. The targets keep libFuzzer's entry point; `clang++ -fsanitize=fuzzer` takes them as they are.
//
//     fuzz_csv ROUNDS SEED_FILE...        each line of a seed file is one input; \n, \r, \0, \xHH, \\ are
//     read fuzz_csv --replay FILE              one input as it is
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "base/random.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

namespace {

constexpr std::size_t kInputBytesMax = 4096;

void run(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const unsigned char*>(input.data()), input.size());
}

std::string unescape(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    switch (const char c = text[++i]) {
      case 'n': out += '\n'; break;
      case 'r': out += '\r'; break;
      case '0': out += '\0'; break;
      case 'x':
        out += static_cast<char>(std::strtoul(text.substr(i + 1, 2).c_str(), nullptr, 16)), i += 2;
        break;
      default: out += c;
    }
  }
  return out;
}

/// One small change: flip, insert, delete or repeat bytes, or splice in a part of another seed.
void mutate(std::string& input, const std::vector<std::string>& seeds, gmpi::Random& random) {
  const auto place = [&](std::size_t size) { return static_cast<std::size_t>(random.below(size + 1)); };
  const std::size_t at = place(input.size());
  switch (random.below(6)) {
    case 0:
      if (at < input.size()) input[at] = static_cast<char>(random.next());
      break;
    case 1: input.insert(at, 1, static_cast<char>(random.next())); break;
    case 2: input.erase(at, 1 + random.below(4)); break;
    case 3: input.insert(at, input.substr(place(input.size()), random.below(16))); break;
    case 4: {
      const std::string& other = seeds[random.below(seeds.size())];
      input.insert(at, other.substr(place(other.size()), random.below(64)));
      break;
    }
    default:  // a byte the input already uses: keeps the structure busy
      if (!input.empty()) input.insert(at, 1, input[random.below(input.size())]);
  }
  if (input.size() > kInputBytesMax) input.resize(kInputBytesMax);
}

std::vector<std::string> read_seeds(int count, char** paths) {
  std::vector<std::string> seeds;
  for (int i = 0; i < count; ++i) {
    std::ifstream file(paths[i]);
    if (!file) {
      std::cerr << "cannot read seeds " << paths[i] << "\n";
      std::exit(2);
    }
    for (std::string line; std::getline(file, line);) seeds.push_back(unescape(line));
  }
  if (seeds.empty()) seeds.emplace_back();
  return seeds;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::string(argv[1]) == "--replay") {
    std::ifstream file(argv[2], std::ios::binary);
    run({std::istreambuf_iterator<char>(file), {}});
    return 0;
  }
  if (argc < 2) {
    std::cerr << "usage: " << argv[0] << " ROUNDS SEED_FILE... | --replay FILE\n";
    return 2;
  }
  const auto rounds = std::strtoull(argv[1], nullptr, 10);
  const auto seeds = read_seeds(argc - 2, argv + 2);
  for (const auto& seed : seeds) run(seed);
  gmpi::Random random(20240607);
  std::string input;
  std::uint64_t drift = 0;  // rounds until the next fresh seed: mostly few, or structured input is never met whole
  for (std::uint64_t round = 0; round < rounds; ++round) {
    if (drift == 0) {
      input = seeds[random.below(seeds.size())];
      drift = 1 + random.below(random.chance(0.9) ? 4 : 64);
    }
    --drift;
    for (std::uint64_t changes = 1 + random.below(3); changes > 0; --changes) mutate(input, seeds, random);
    run(input);
  }
  std::cout << rounds << " mutated inputs from " << seeds.size() << " seeds\n";
}

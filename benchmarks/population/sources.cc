#include "benchmarks/population/sources.h"

#include <algorithm>
#include <set>

namespace gmpi::population {
namespace {

struct Hospital {
  std::string_view name, trust;
  Locality locality;
};
constexpr std::array kHospitals = {Hospital{"bolton", "RMC", Locality::kBolton},
                                   Hospital{"fairfield", "RM3", Locality::kBury},
                                   Hospital{"mri", "R0A", Locality::kManchester},
                                   Hospital{"wythenshawe", "R0A", Locality::kTrafford},
                                   Hospital{"oldham", "RM3", Locality::kOldham},
                                   Hospital{"salford", "RM3", Locality::kSalford},
                                   Hospital{"stepping-hill", "RWJ", Locality::kStockport},
                                   Hospital{"tameside", "RMP", Locality::kTameside},
                                   Hospital{"wigan", "RRF", Locality::kWigan}};
constexpr std::array kMaternityUnits = {
    Hospital{"bolton", "RMC", Locality::kBolton},     Hospital{"st-marys", "R0A", Locality::kManchester},
    Hospital{"oldham", "RM3", Locality::kOldham},     Hospital{"stockport", "RWJ", Locality::kStockport},
    Hospital{"tameside", "RMP", Locality::kTameside}, Hospital{"wigan", "RRF", Locality::kWigan}};
/// Sub-ICB locations and councils, in the order of Locality.
constexpr std::array<std::string_view, kLocalities> kSubIcb = {"00T", "00V", "14L", "00Y", "01D",
                                                               "01G", "01W", "01Y", "02A", "02H"};
constexpr std::array<std::string_view, kLocalities> kCouncils = {
    "E08000001", "E08000002", "E08000003", "E08000004", "E08000005",
    "E08000006", "E08000007", "E08000008", "E08000009", "E08000010"};
constexpr std::uint64_t kPractices = 411;  // in Greater Manchester

std::string lower_name(Locality locality) {
  std::string name(kLocalityNames[static_cast<std::size_t>(locality)]);
  name[0] = static_cast<char>(name[0] - 'A' + 'a');
  return name;
}

}  // namespace

SourceSystems::SourceSystems(std::uint64_t seed, std::uint64_t people) : seed_(seed) {
  add_practices(people);
  add_hospitals();
  add_trusts_and_councils();
  // Half as bad to half as bad again, mean 1 within a kind.
  for (const auto& kind : of_kind_)
    for (std::size_t i = 0; i < kind.size(); ++i)
      all_[kind[i]].care = kind.size() == 1 ? 1.0
                                            : 0.6 + 0.8 * static_cast<double>(i * 7 % kind.size()) /
                                                        static_cast<double>(kind.size() - 1);
}

void SourceSystems::add(SourceKind kind, std::string id, std::string ods, Locality locality,
                        std::string sector) {
  of_kind_[static_cast<std::size_t>(kind)].push_back(size());
  all_.push_back({std::move(id), kind, std::move(ods), locality, std::move(sector), 1.0});
}

void SourceSystems::add_practices(std::uint64_t people) {
  Random random(mix64(seed_ ^ 0x6770));
  std::set<std::string> taken;
  for (std::size_t l = 0; l < kLocalities; ++l) {
    const auto wanted = std::max<std::uint64_t>(
        2, kPractices * kLocalityWeights[l] * std::min(people, kGmPeople) / kGmPeople / 10'000);
    while (practices_[l].size() < wanted) {
      const std::string code = "P" + std::to_string(81'001 + random.below(12'000));
      if (code == "P81997" || !taken.insert(code).second) continue;
      practices_[l].push_back(size());
      add(SourceKind::kGp, "gp-p" + code.substr(1), code, static_cast<Locality>(l), "primary");
    }
  }
}

void SourceSystems::add_hospitals() {
  for (const auto& h : kHospitals)
    add(SourceKind::kAcute, "pas-" + std::string(h.name), std::string(h.trust), h.locality, "acute");
  for (const auto& h : kHospitals)
    add(SourceKind::kEmergency, "ed-" + std::string(h.name), std::string(h.trust), h.locality, "acute");
  for (const auto& h : kMaternityUnits)
    add(SourceKind::kMaternity, "maternity-" + std::string(h.name), std::string(h.trust), h.locality,
        "acute");
  for (const auto& h : kMaternityUnits)
    add(SourceKind::kDiagnostics, "lab-" + std::string(h.name), std::string(h.trust), h.locality, "acute");
  add(SourceKind::kDiagnostics, "imaging", "RM3", Locality::kSalford, "acute");
  add(SourceKind::kDiagnostics, "screening", "R0A", Locality::kManchester, "acute");
}

void SourceSystems::add_trusts_and_councils() {
  add(SourceKind::kAmbulance, "ambulance", "RX7", Locality::kBolton, "acute");
  add(SourceKind::kUrgent, "nhs-111", "RX7", Locality::kBolton, "primary");
  for (std::size_t l = 0; l < kLocalities; ++l) {
    const auto locality = static_cast<Locality>(l);
    add(SourceKind::kChildHealth, "child-health-" + lower_name(locality), std::string(kSubIcb[l]), locality,
        "community");
    add(SourceKind::kSocial, "council-" + lower_name(locality), std::string(kCouncils[l]), locality,
        "social");
    const bool pennine = locality == Locality::kBury || locality == Locality::kOldham ||
                         locality == Locality::kRochdale || locality == Locality::kStockport ||
                         locality == Locality::kTameside;
    add(SourceKind::kCommunity, "community-" + lower_name(locality), pennine ? "RT2" : "RXV", locality,
        "community");
  }
  add(SourceKind::kCommunity, "mental-health-gmmh", "RXV", Locality::kManchester, "mental health");
  add(SourceKind::kCommunity, "mental-health-pennine", "RT2", Locality::kTameside, "mental health");
}

std::uint32_t SourceSystems::draw(SourceKind kind, Locality locality, Random& random) const {
  const auto& systems = of_kind_[static_cast<std::size_t>(kind)];
  std::uint32_t local[4];
  std::size_t found = 0;
  for (auto index : systems)
    if (all_[index].locality == locality && found < 4) local[found++] = index;
  const bool own_council = kind == SourceKind::kSocial || kind == SourceKind::kChildHealth;
  if (found > 0 && (own_council || random.chance(0.80))) return local[random.below(found)];
  // No system at home, or elsewhere for once: a locality has its usual second choice.
  const auto second = mix64(static_cast<std::uint64_t>(locality) * 31 + 7) % systems.size();
  return systems[random.chance(0.7) ? second : random.below(systems.size())];
}

std::uint32_t SourceSystems::draw_practice(Locality locality, std::uint64_t area, Random& random) const {
  const auto& near = practices_[static_cast<std::size_t>(locality)];
  return near[(mix64(area) + random.below(3)) % near.size()];
}

}  // namespace gmpi::population

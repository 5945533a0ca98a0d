// api/fhir/routes.h - /fhir/R4: Patient records as their sources write them, people, and $match. JSON only.
//
//     GET    /fhir/R4/metadata                      CapabilityStatement
//     POST   /fhir/R4/Patient                       create; the id is ours
//     PUT    /fhir/R4/Patient/{id}                  create or update; resource_id.h says which record it is
//     GET    /fhir/R4/Patient/{id}                  as it was written, with our id, versionId and lastUpdated
//     GET    /fhir/R4/Patient/{id}/_history/{v}     one version, also of a deleted Patient
//     DELETE /fhir/R4/Patient/{id}                  retract
//     POST   /fhir/R4/Patient/$match                who is this? stores nothing
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "api/http/router.h"
#include "api/ops/metrics.h"
#include "base/clock.h"
#include "linkage/linker.h"
#include "models/source_system.h"

namespace gmpi::fhir {

struct FhirContext {
  Linker* linker = nullptr;
  Metrics* metrics = nullptr;
  const Clock* clock = nullptr;
  std::function<std::string()> new_id;  // a fresh FHIR id without a point; called from any thread
  std::string public_url;  // "https://index.example/": for links; empty: "http://" and the Host field
  std::string version;
  SourceRegister sources;  // Patients of systems that it does not accept are refused (422)
};

/// The pointers must outlive the routes.
std::vector<http::Route> fhir_routes(FhirContext context);

}  // namespace gmpi::fhir

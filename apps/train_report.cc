#include "apps/train_report.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include "base/progress.h"

namespace gmpi {

namespace {

constexpr std::size_t kLabelWidth = 34;

std::optional<double> weight_of(const ComparisonLevel& level) {
  if (level.is_null_level || !level.m || !level.u || *level.m <= 0 || *level.u <= 0) return std::nullopt;
  return std::log2(*level.m) - std::log2(*level.u);
}

std::string prior_origin(PriorSource source) {
  switch (source) {
    case PriorSource::kStart: return "the start's";
    case PriorSource::kRules: return "from the deterministic rules";
    case PriorSource::kSessions: return "from the sessions";
  }
  return "";
}

/// "2 of 3 estimates", "fixed", "default".
std::string origin(const std::vector<ParameterEstimate>& estimates, bool fixed, bool is_default) {
  const auto with_value =
      std::count_if(estimates.begin(), estimates.end(), [](const auto& e) { return e.value.has_value(); });
  if (with_value == 0) return fixed ? "fixed" : is_default ? "default" : "start";
  if (estimates.size() == 1) return estimates[0].how.starts_with("EM") ? "1 session" : estimates[0].how;
  return fmt::format("median of {}", with_value);
}

std::string label_of(const ComparisonLevel& level) {
  std::string label = level.label.empty() ? level.sql_condition : level.label;
  for (char& c : label)
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  if (label.size() <= kLabelWidth) return label;
  std::size_t end = kLabelWidth - 3;
  while (end > 0 && (static_cast<unsigned char>(label[end]) & 0xC0) == 0x80) --end;  // never half a character
  return label.substr(0, end) + "...";
}

/// The level of `other` that asks the same, wherever it stands.
const ComparisonLevel* same_level(const LinkageModel* other, const Comparison& comparison,
                                  const ComparisonLevel& level) {
  if (other == nullptr) return nullptr;
  for (const auto& candidate : other->comparisons) {
    if (candidate.output_column_name != comparison.output_column_name) continue;
    for (const auto& its : candidate.levels)
      if (its.is_else == level.is_else && its.is_null_level == level.is_null_level &&
          (level.is_else || its.condition == level.condition))
        return &its;
  }
  return nullptr;
}

std::string number(const std::optional<double>& value) {
  return value ? fmt::format("{:.4g}", *value) : "-";
}
std::string bits(const std::optional<double>& value) {
  return value ? fmt::format("{:+.2f}", *value) : "-";
}

class Text {
 public:
  explicit Text(const TrainReport& report) : report_(report) {}

  std::string run() {
    const TrainedModel& trained = report_.trained;
    line("{} records, {} rejected; {} pairs in all; {:.1f} s", with_thousands(report_.records),
         with_thousands(report_.rejected), with_thousands(trained.all_pairs), report_.seconds);
    if (trained.deterministic_pairs)
      line("deterministic rules: {} pairs", with_thousands(*trained.deterministic_pairs));
    line("prior {:.4g}, {}: one pair in {:.4g} is one person", trained.model.prior,
         prior_origin(report_.prior_source), 1 / trained.model.prior);
    if (trained.random_records > 0)
      line("u from all pairs of up to {} records taken at random", with_thousands(trained.random_records));
    for (std::size_t i = 0; i < trained.sessions.size(); ++i) session(i + 1, trained.sessions[i]);
    for (std::size_t c = 0; c < trained.levels.size(); ++c) comparison(c);
    if (!trained.warnings.empty()) line("\nto look at:");
    for (const auto& warning : trained.warnings) line("  {}", warning);
    return out_;
  }

 private:
  template <class... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
    out_ += '\n';
  }

  void session(std::size_t number_of, const SessionReport& session) {
    line("\nsession {}: {}", number_of, session.rule);
    line("  {} pairs{}, {} patterns", with_thousands(session.pairs),
         session.pairs_used < session.pairs ? fmt::format(" ({} sampled)", with_thousands(session.pairs_used))
                                            : "",
         with_thousands(session.patterns));
    line("  trains {}; not {}", fmt::join(session.trained, ", "),
         session.untrained.empty() ? "none" : fmt::format("{}", fmt::join(session.untrained, ", ")));
    line("  share of one person {:.4g} at the start, {:.4g} at the end; {}", session.start_prior,
         session.end_prior, session.converged ? "settled" : "NOT settled");
    for (std::size_t i = 0; i < session.iterations.size(); ++i) {
      const EmIteration& step = session.iterations[i];
      line("  {:>4}  share {:<10.4g} largest change {:<10.3g} {}", i + 1, step.prior, step.largest_change,
           step.changed);
    }
  }

  void comparison(std::size_t c) {
    const Comparison& comparison = report_.trained.model.comparisons[c];
    out_ += fmt::format("\n{:<{}}{:>10}{:>11}{:>9}  {:<14}{:<22}{:>13}{:>13}", comparison.output_column_name,
                        kLabelWidth + 5, "m", "u", "weight", "m from", "u from", "session prs", "random prs");
    if (report_.other != nullptr) out_ += fmt::format("   {}: m, u, weight", report_.other_name);
    out_ += '\n';
    for (std::size_t k = 0; k < comparison.levels.size(); ++k)
      level(comparison, k, report_.trained.levels[c][k]);
  }

  void level(const Comparison& comparison, std::size_t k, const LevelTraining& training) {
    const ComparisonLevel& level = comparison.levels[k];
    if (level.is_null_level) {
      line("  {:>2} {:<{}}{:>10}{:>11}{:>9}", k, label_of(level), kLabelWidth, "-", "-", "0");
      return;
    }
    out_ += fmt::format("  {:>2} {:<{}}{:>10}{:>11}{:>9}  {:<14}{:<22}{:>13}{:>13}", k, label_of(level),
                        kLabelWidth, number(level.m), number(level.u), bits(weight_of(level)),
                        origin(training.m, level.fix_m, level.m_from_default),
                        origin(training.u, level.fix_u, level.u_from_default),
                        with_thousands(training.session_pairs), with_thousands(training.random_pairs));
    if (const auto* other = same_level(report_.other, comparison, level)) {
      out_ += fmt::format("   {} {} {}", number(other->m), number(other->u), bits(weight_of(*other)));
    } else if (report_.other != nullptr) {
      out_ += "   no such level";
    }
    out_ += '\n';
  }

  const TrainReport& report_;
  std::string out_;
};

class Json {
 public:
  explicit Json(const TrainReport& report) : report_(report) { writer_.SetIndent(' ', 2); }

  std::string run() {
    const TrainedModel& trained = report_.trained;
    writer_.StartObject();
    count("records", report_.records);
    count("rejected", report_.rejected);
    count("pairs", trained.all_pairs);
    value("prior", trained.model.prior);
    if (trained.deterministic_pairs) count("deterministic_pairs", *trained.deterministic_pairs);
    count("random_records", trained.random_records);
    value("seconds", report_.seconds);
    sessions();
    comparisons();
    strings("warnings", trained.warnings);
    writer_.EndObject();
    return std::string(buffer_.GetString(), buffer_.GetSize()) + "\n";
  }

 private:
  void key(const char* name) { writer_.Key(name); }
  void text(const char* name, const std::string& text) { key(name), writer_.String(text.c_str()); }
  void count(const char* name, std::uint64_t n) { key(name), writer_.Uint64(n); }
  void value(const char* name, const std::optional<double>& x) {
    key(name);
    if (x && std::isfinite(*x)) {
      writer_.Double(*x);
    } else {
      writer_.Null();
    }
  }
  void strings(const char* name, const std::vector<std::string>& items) {
    key(name);
    writer_.StartArray();
    for (const auto& item : items) writer_.String(item.c_str());
    writer_.EndArray();
  }

  void sessions() {
    key("sessions");
    writer_.StartArray();
    for (const auto& session : report_.trained.sessions) {
      writer_.StartObject();
      text("rule", session.rule);
      count("pairs", session.pairs);
      count("pairs_used", session.pairs_used);
      count("patterns", session.patterns);
      strings("trained", session.trained);
      strings("untrained", session.untrained);
      value("start_prior", session.start_prior);
      value("end_prior", session.end_prior);
      key("converged");
      writer_.Bool(session.converged);
      key("iterations");
      writer_.StartArray();
      for (const auto& step : session.iterations) {
        writer_.StartObject();
        value("prior", step.prior);
        value("largest_change", step.largest_change);
        text("changed", step.changed);
        writer_.EndObject();
      }
      writer_.EndArray();
      writer_.EndObject();
    }
    writer_.EndArray();
  }

  void comparisons() {
    key("comparisons");
    writer_.StartArray();
    for (std::size_t c = 0; c < report_.trained.levels.size(); ++c) {
      const Comparison& comparison = report_.trained.model.comparisons[c];
      writer_.StartObject();
      text("name", comparison.output_column_name);
      key("levels");
      writer_.StartArray();
      for (std::size_t k = 0; k < comparison.levels.size(); ++k)
        level(comparison, k, report_.trained.levels[c][k]);
      writer_.EndArray();
      writer_.EndObject();
    }
    writer_.EndArray();
  }

  void level(const Comparison& comparison, std::size_t k, const LevelTraining& training) {
    const ComparisonLevel& level = comparison.levels[k];
    writer_.StartObject();
    text("condition", level.sql_condition);
    if (!level.is_null_level) {
      value("m", level.m);
      value("u", level.u);
      value("weight", weight_of(level));
      estimates("m_estimates", training.m);
      estimates("u_estimates", training.u);
      count("session_pairs", training.session_pairs);
      count("random_pairs", training.random_pairs);
      count("random_pairs_not_missing", training.random_pairs_all);
      if (const auto* other = same_level(report_.other, comparison, level)) {
        value("other_m", other->m);
        value("other_u", other->u);
        value("other_weight", weight_of(*other));
      }
    }
    writer_.EndObject();
  }

  void estimates(const char* name, const std::vector<ParameterEstimate>& estimates) {
    key(name);
    writer_.StartArray();
    for (const auto& estimate : estimates) {
      writer_.StartObject();
      text("how", estimate.how);
      value("value", estimate.value);
      writer_.EndObject();
    }
    writer_.EndArray();
  }

  const TrainReport& report_;
  rapidjson::StringBuffer buffer_;
  rapidjson::PrettyWriter<rapidjson::StringBuffer> writer_{buffer_};
};

}  // namespace

std::string train_report_text(const TrainReport& report) {
  return Text(report).run();
}

std::string train_report_json(const TrainReport& report) {
  return Json(report).run();
}

}  // namespace gmpi

// The rules are those of the article, one function a letter; the words in the comments are its examples.
#include <initializer_list>

#include "standardize/fold.h"
#include "standardize/phonetics.h"

namespace gmpi {
namespace {

constexpr std::size_t kCodeLength = 4;

/// Codes one name. `at_` is the next letter; positions may fall outside the name, where every test fails
/// except for the space that pads the end.
class Coder {
 public:
  explicit Coder(std::string_view name) {
    for (const char c : name)
      if (is_letter(c)) word_.push_back(static_cast<char>(c - 32));
    length_ = static_cast<int>(word_.size());
    word_.append(6, ' ');
    slavo_germanic_ = word_.find_first_of("WK") != std::string::npos || word_.find("CZ") != std::string::npos;
  }

  DoubleMetaphone run() {
    begin();
    while (at_ < length_ && (codes_.primary.size() < kCodeLength || codes_.alternate.size() < kCodeLength))
      step();
    if (codes_.primary.size() > kCodeLength) codes_.primary.resize(kCodeLength);
    if (codes_.alternate.size() > kCodeLength) codes_.alternate.resize(kCodeLength);
    return std::move(codes_);
  }

 private:
  char at(int i) const {
    return i >= 0 && i < static_cast<int>(word_.size()) ? word_[static_cast<std::size_t>(i)] : '\0';
  }
  bool vowel(int i) const {
    return std::string_view("AEIOUY").find(at(i)) != std::string_view::npos && at(i) != '\0';
  }
  bool one_of(int i, std::string_view set) const {
    return at(i) != '\0' && set.find(at(i)) != std::string_view::npos;
  }
  bool is(int i, std::string_view text) const {
    return i >= 0 && std::string_view(word_)
                         .substr(std::min<std::size_t>(static_cast<std::size_t>(i), word_.size()))
                         .starts_with(text);
  }
  bool is(int i, std::initializer_list<std::string_view> texts) const {
    for (const auto text : texts)
      if (is(i, text)) return true;
    return false;
  }
  int last() const { return length_ - 1; }

  void add(std::string_view both) { add(both, both); }
  void add(std::string_view primary, std::string_view alternate) {
    codes_.primary += primary;
    codes_.alternate += alternate;
  }
  void take(int letters, std::string_view both) { take(letters, both, both); }
  void take(int letters, std::string_view primary, std::string_view alternate) {
    add(primary, alternate);
    at_ += letters;
  }
  /// A consonant that counts once when doubled.
  void take_double(std::string_view code, std::string_view doubles) {
    take(one_of(at_ + 1, doubles) ? 2 : 1, code);
  }

  void begin() {
    if (is(0, {"GN", "KN", "PN", "WR", "PS"})) at_ = 1;  // silent first letter
    if (at(0) == 'X') take(1, "S");                      // Xavier
  }
  void step();
  void c();
  bool c_before_h();
  bool c_doubled();
  void d();
  void g();
  bool g_before_h();
  bool g_before_n();
  bool g_soft();
  void h();
  void j();
  void l();
  void m();
  void r();
  void s();
  bool s_special();
  void s_before_ch();
  void t();
  void w();
  void x();
  void z();

  std::string word_;
  int length_ = 0;
  int at_ = 0;
  bool slavo_germanic_ = false;
  DoubleMetaphone codes_;
};

void Coder::step() {
  switch (at(at_)) {
    case 'A':
    case 'E':
    case 'I':
    case 'O':
    case 'U':
    case 'Y': take(1, at_ == 0 ? "A" : ""); break;
    case 'B': take_double("P", "B"); break;
    case 'C': c(); break;
    case 'D': d(); break;
    case 'F': take_double("F", "F"); break;
    case 'G': g(); break;
    case 'H': h(); break;
    case 'J': j(); break;
    case 'K': take_double("K", "K"); break;
    case 'L': l(); break;
    case 'M': m(); break;
    case 'N': take_double("N", "N"); break;
    case 'P':
      if (at(at_ + 1) == 'H')
        take(2, "F");
      else
        take_double("P", "PB");  // Campbell
      break;
    case 'Q': take_double("K", "Q"); break;
    case 'R': r(); break;
    case 'S': s(); break;
    case 'T': t(); break;
    case 'V': take_double("F", "V"); break;
    case 'W': w(); break;
    case 'X': x(); break;
    case 'Z': z(); break;
    default: ++at_;
  }
}

void Coder::c() {
  const bool germanic_ach = at_ > 1 && !vowel(at_ - 2) && is(at_ - 1, "ACH") && at(at_ + 2) != 'I' &&
                            (at(at_ + 2) != 'E' || is(at_ - 2, {"BACHER", "MACHER"}));
  if (germanic_ach) return take(2, "K");
  if (at_ == 0 && is(0, "CAESAR")) return take(2, "S");
  if (is(at_, "CHIA")) return take(2, "K");  // Chianti
  if (is(at_, "CH") && c_before_h()) return;
  if (is(at_, "CZ") && !is(at_ - 2, "WICZ")) return take(2, "S", "X");  // Czerny
  if (is(at_ + 1, "CIA")) return take(3, "X");                          // focaccia
  if (is(at_, "CC") && !(at_ == 1 && at(0) == 'M') && c_doubled()) return;
  if (is(at_, {"CK", "CG", "CQ"})) return take(2, "K");
  if (is(at_, {"CIO", "CIE", "CIA"})) return take(2, "S", "X");
  if (is(at_, {"CI", "CE", "CY"})) return take(2, "S");
  take(one_of(at_ + 1, "CKQ") && !is(at_ + 1, {"CE", "CI"}) ? 2 : 1, "K");
}

bool Coder::c_before_h() {
  const bool greek = at_ == 0 && is(1, {"HARAC", "HARIS", "HOR", "HYM", "HIA", "HEM"}) && !is(0, "CHORE");
  const bool hard = is(0, "SCH") || is(at_ - 2, {"ORCHES", "ARCHIT", "ORCHID"}) || one_of(at_ + 2, "TS") ||
                    ((one_of(at_ - 1, "AOUE") || at_ == 0) && one_of(at_ + 2, "LRNMBHFVW "));
  if (at_ > 0 && is(at_, "CHAE"))
    take(2, "K", "X");  // Michael
  else if (greek || hard)
    take(2, "K");
  else if (at_ == 0)
    take(2, "X");
  else if (is(0, "MC"))
    take(2, "K");  // McHugh
  else
    take(2, "X", "K");
  return true;
}

bool Coder::c_doubled() {
  if (!one_of(at_ + 2, "IEH") || is(at_ + 2, "HU"))
    take(2, "K");  // Pierce's rule
  else if ((at_ == 1 && at(0) == 'A') || is(at_ - 1, {"UCCEE", "UCCES"}))
    take(3, "KS");  // accident, succeed
  else
    take(3, "X");  // Bacci, Bertucci
  return true;
}

void Coder::d() {
  if (is(at_, "DG") && one_of(at_ + 2, "IEY")) return take(3, "J");  // edge
  if (is(at_, "DG")) return take(2, "TK");                           // Edgar
  take_double("T", "TD");
}

void Coder::g() {
  if (at(at_ + 1) == 'H' && g_before_h()) return;
  if (at(at_ + 1) == 'N' && g_before_n()) return;
  if (is(at_ + 1, "LI") && !slavo_germanic_) return take(2, "KL", "L");  // Tagliaro
  if (g_soft()) return;
  take_double("K", "G");
}

bool Coder::g_before_h() {
  if (at_ > 0 && !vowel(at_ - 1)) {
    take(2, "K");
  } else if (at_ == 0) {
    take(2, at(2) == 'I' ? "J" : "K");  // Ghislane, Ghent
  } else if ((at_ > 1 && one_of(at_ - 2, "BHD")) || (at_ > 2 && one_of(at_ - 3, "BHD")) ||
             (at_ > 3 && one_of(at_ - 4, "BH"))) {
    at_ += 2;  // Hugh, bough: Parker's rule
  } else if (at_ > 2 && at(at_ - 1) == 'U' && one_of(at_ - 3, "CGLRT")) {
    take(2, "F");  // laugh, McLaughlin, tough
  } else {
    take(2, at(at_ - 1) != 'I' ? "K" : "");
  }
  return true;
}

bool Coder::g_before_n() {
  if (at_ == 1 && vowel(0) && !slavo_germanic_)
    take(2, "KN", "N");
  else if (!is(at_ + 2, "EY") && at(at_ + 1) != 'Y' && !slavo_germanic_)
    take(2, "N", "KN");  // not Cagney
  else
    take(2, "KN");
  return true;
}

/// Before E, I and Y.
bool Coder::g_soft() {
  const bool at_front =
      at_ == 0 && (at(1) == 'Y' || is(1, {"ES", "EP", "EB", "EL", "EY", "IB", "IL", "IN", "IE", "EI", "ER"}));
  const bool ger_or_gy = (is(at_ + 1, "ER") || at(at_ + 1) == 'Y') &&
                         !is(0, {"DANGER", "RANGER", "MANGER"}) && !one_of(at_ - 1, "EI") &&
                         !is(at_ - 1, {"RGY", "OGY"});
  if (at_front || ger_or_gy) {
    take(2, "K", "J");
    return true;
  }
  if (!one_of(at_ + 1, "EIY") && !is(at_ - 1, {"AGGI", "OGGI"})) return false;
  if (is(0, "SCH") || is(at_ + 1, "ET"))
    take(2, "K");  // plainly Germanic
  else if (is(at_ + 1, "IER "))
    take(2, "J");  // French ending
  else
    take(2, "J", "K");
  return true;
}

/// Sounded at the front, or between two vowels.
void Coder::h() {
  if ((at_ == 0 || vowel(at_ - 1)) && vowel(at_ + 1))
    take(2, "H");
  else
    ++at_;
}

void Coder::j() {
  if (is(at_, "JOSE")) return take(1, at_ == 0 && at(4) == ' ' ? "H" : "J", "H");
  if (at_ == 0)
    add("J", "A");  // Yankelovich, Jankelowicz
  else if (vowel(at_ - 1) && !slavo_germanic_ && one_of(at_ + 1, "AO"))
    add("J", "H");  // bajador
  else if (at_ == last())
    add("J", "");
  else if (!one_of(at_ + 1, "LTKSNMBZ") && !one_of(at_ - 1, "SKL"))
    add("J");
  at_ += at(at_ + 1) == 'J' ? 2 : 1;
}

void Coder::l() {
  const bool spanish_end = at_ == length_ - 3 && is(at_ - 1, {"ILLO", "ILLA", "ALLE"});
  const bool spanish_plural = (is(last() - 1, {"AS", "OS"}) || one_of(last(), "AO")) && is(at_ - 1, "ALLE");
  if (at(at_ + 1) == 'L' && (spanish_end || spanish_plural)) return take(2, "L", "");  // Cabrillo, Gallegos
  take_double("L", "L");
}

void Coder::m() {
  const bool silent_b = is(at_ - 1, "UMB") && (at_ + 1 == last() || is(at_ + 2, "ER"));  // dumb, thumber
  take(silent_b || at(at_ + 1) == 'M' ? 2 : 1, "M");
}

void Coder::r() {
  const bool french_end =
      at_ == last() && !slavo_germanic_ && is(at_ - 2, "IE") && !is(at_ - 4, {"ME", "MA"});
  add(french_end ? "" : "R", "R");  // Rogier, not Hochmeier
  at_ += at(at_ + 1) == 'R' ? 2 : 1;
}

void Coder::s() {
  if (s_special()) return;
  if (is(at_, "SH")) return take(2, is(at_ + 1, {"HEIM", "HOEK", "HOLM", "HOLZ"}) ? "S" : "X");
  if (is(at_, {"SIO", "SIA"})) return take(3, "S", slavo_germanic_ ? "S" : "X");
  // Smith and Schmidt, Snider and Schneider; Slavic sz.
  if (at(at_ + 1) == 'Z') return take(2, "S", "X");
  if (at_ == 0 && one_of(1, "MNLW")) return take(1, "S", "X");
  if (is(at_, "SC")) return s_before_ch();
  const bool french_end = at_ == last() && is(at_ - 2, {"AI", "OI"});  // Resnais, Artois
  add(french_end ? "" : "S", "S");
  at_ += one_of(at_ + 1, "SZ") ? 2 : 1;
}

bool Coder::s_special() {
  if (is(at_ - 1, {"ISL", "YSL"}))
    ++at_;  // island, Carlysle
  else if (at_ == 0 && is(0, "SUGAR"))
    take(1, "X", "S");
  else
    return false;
  return true;
}

void Coder::s_before_ch() {
  if (at(at_ + 2) != 'H') return take(3, one_of(at_ + 2, "IEY") ? "S" : "SK");
  if (is(at_ + 3, {"ER", "EN"})) return take(3, "X", "SK");         // Schermerhorn, Schenker
  if (is(at_ + 3, {"OO", "UY", "ED", "EM"})) return take(3, "SK");  // school
  take(3, "X", at_ == 0 && !vowel(3) && at(3) != 'W' ? "S" : "X");  // Schmidt
}

void Coder::t() {
  if (is(at_, {"TION", "TIA", "TCH"})) return take(3, "X");
  if (is(at_, {"TH", "TTH"})) {
    const bool plain = is(at_ + 2, {"OM", "AM"}) || is(0, "SCH");  // Thomas, Thames
    return take(2, plain ? "T" : "0", "T");
  }
  take_double("T", "TD");
}

void Coder::w() {
  if (is(at_, "WR")) return take(2, "R");
  if (at_ == 0 && vowel(1))
    add("A", "F");  // Wasserman and Vasserman
  else if (at_ == 0 && is(0, "WH"))
    add("A");
  const bool polish = is(at_ - 1, {"EWSKI", "EWSKY", "OWSKI", "OWSKY"});
  if ((at_ == last() && vowel(at_ - 1)) || polish || is(0, "SCH"))
    return take(1, "", "F");                                  // Arnow and Arnoff
  if (is(at_, {"WICZ", "WITZ"})) return take(4, "TS", "FX");  // Filipowicz
  ++at_;
}

void Coder::x() {
  const bool silent = at_ == last() && (is(at_ - 3, {"IAU", "EAU"}) || is(at_ - 2, {"AU", "OU"}));  // Breaux
  add(silent ? "" : "KS");
  at_ += one_of(at_ + 1, "CX") ? 2 : 1;
}

void Coder::z() {
  if (at(at_ + 1) == 'H') return take(2, "J");  // Zhao
  const bool slavic = slavo_germanic_ && at_ > 0 && at(at_ - 1) != 'T';
  add("S", is(at_ + 1, {"ZO", "ZI", "ZA"}) || slavic ? "TS" : "S");
  at_ += at(at_ + 1) == 'Z' ? 2 : 1;
}

}  // namespace

DoubleMetaphone double_metaphone(std::string_view name) {
  return Coder(name.substr(0, 64)).run();
}

}  // namespace gmpi

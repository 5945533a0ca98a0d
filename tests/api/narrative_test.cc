// What may stand in text.div, and what a browser could run.
#include "api/fhir/narrative.h"

#include <gtest/gtest.h>

#include <string>

namespace gmpi::fhir {
namespace {

TEST(Narrative, keeps_what_formats) {
  for (const char* text :
       {"", "plain, 1 > 0 &lt; 2", "<div>x</div>", R"(<div xmlns="http://www.w3.org/1999/xhtml"><p class="a">x<br/></p></div>)",
        "<div><h1>Ada</h1><!-- a note --><table border='1'><tr><td colspan=\"2\">x</td></tr></table></div>",
        R"(<div xml:lang="en" lang="en"><a href="https://www.nhs.uk/?a=1&amp;b=2">x</a><a href="#top">y</a><a href="Patient/1">z</a></div>)",
        R"(<div><img src="data:image/png;base64,AAAA" alt="x"/><span style="color: red">x</span></div>)",
        "<div>a script, onclick, javascript: in the text</div >"})
    EXPECT_EQ(narrative_fault(text), nullptr) << text << ": " << narrative_fault(text);
}

TEST(Narrative, refuses_what_acts) {
  for (const char* text :
       {"<div><script>alert(1)</script></div>", "<div><SCRIPT>x</SCRIPT></div>", "<script/>", "<div><style>x</style></div>",
        "<div><iframe src='https://x'></iframe></div>", "<div><form></form></div>", "<div><object/></div>",
        "<div><svg onload='x'/></div>", "<div><base href='https://x'/></div>", "<div><input/></div>",
        "<div onclick=\"x\">y</div>", "<div\nonmouseover='x'>y</div>", "<img src='x' onerror='alert(1)'/>",
        "<img src=\"x\"onerror=\"y\"/>", "<div><p/onclick='x'>y</p></div>", "<a href='javascript:alert(1)'>x</a>",
        "<a href='JaVaScRiPt:x'>x</a>", "<a href=' javascript:x'>x</a>", "<a href='java&#115;cript:x'>x</a>",
        "<a href='java\tscript:x'>x</a>", "<a href='javascript&colon;x'>x</a>", "<a href='data:text/html,x'>x</a>",
        "<img src='data:image/svg+xml,x'/>", "<div style=\"background: url(javascript:x)\">y</div>",
        "<div style='width: expression(x)'>y</div>", "<div style='width: e\\78pression(x)'>y</div>"})
    EXPECT_NE(narrative_fault(text), nullptr) << text;
}

TEST(Narrative, refuses_a_tag_that_two_readers_may_read_in_two_ways) {
  for (const char* text : {"<", "a < b", "<div", "<div class=a>", "<div class='a>", "</div onclick='x'>", "<!DOCTYPE x>", "<![CDATA[x]]>",
                           "<?xml?>", "<!-- a", "<!-- a -- b -->", "<!--> <b>x</b> -->", "<!---> <b>x</b> -->", "< script>", "<div =''>",
                           "<div title='<script>'>"})
    EXPECT_NE(narrative_fault(text), nullptr) << text;
  EXPECT_NE(narrative_fault(std::string_view("<div\0a='x'>", 11)), nullptr);
}

}  // namespace
}  // namespace gmpi::fhir

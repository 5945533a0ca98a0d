# Compiler choices shared by all rooms: warnings, hardening, sanitizers, cache and linker.
#
# The release build targets plain x86-64 and chooses wider instructions at run time (see
# matcher/comparators), so one binary serves every machine.

set(GMPI_SANITIZE "" CACHE STRING "Sanitizers for the whole build: '', 'address,undefined' or 'thread'")

# Off for a compiler whose warnings the code is not written against (scripts/fuzz).
option(GMPI_WARNINGS "Warnings, each an error" ON)

if(GMPI_WARNINGS)
  add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Werror)
  # g++ 12 reports false positives of these three inside the standard library at -O2.
  add_compile_options(-Wno-restrict -Wno-maybe-uninitialized -Wno-stringop-overflow)
endif()
add_compile_options(-fstack-protector-strong -fcf-protection)
add_link_options(-Wl,-z,relro,-z,now)
# Boost.Asio without the parts we do not use; the same in every room that sees it.
add_compile_definitions(BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_BOOST_ARRAY)

if(GMPI_SANITIZE)
  add_compile_options(-fsanitize=${GMPI_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${GMPI_SANITIZE})
else()
  add_compile_definitions($<$<CONFIG:Release>:_FORTIFY_SOURCE=2>)
endif()

find_program(GMPI_CCACHE ccache)
if(GMPI_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${GMPI_CCACHE})
endif()
find_program(GMPI_MOLD mold)
if(GMPI_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# gmpi_embed(TARGET VARIABLE ROOT FILE ...)   puts the bytes of ROOT/FILE... into TARGET as the array of
# apps/embedded_file.h named VARIABLE; the last entry has a null name.
enable_language(ASM)

function(gmpi_embed target variable root)
  set(dir ${CMAKE_CURRENT_BINARY_DIR}/embed_${variable})
  set(declarations "")
  set(entries "")
  set(assembly ".section .note.GNU-stack,\"\",%progbits\n.section .rodata\n")
  set(index 0)
  set(paths "")
  foreach(file ${ARGN})
    set(symbol gmpi_embed_${variable}_${index})
    string(APPEND assembly ".global ${symbol}_begin, ${symbol}_end\n${symbol}_begin:\n"
                           ".incbin \"${root}/${file}\"\n${symbol}_end:\n.byte 0\n")
    string(APPEND declarations "extern const char ${symbol}_begin[], ${symbol}_end[];\n")
    string(APPEND entries "    {\"${file}\", gmpi::${symbol}_begin, gmpi::${symbol}_end},\n")
    list(APPEND paths ${root}/${file})
    math(EXPR index "${index} + 1")
  endforeach()
  file(CONFIGURE OUTPUT ${dir}.S CONTENT "${assembly}" @ONLY)
  file(CONFIGURE OUTPUT ${dir}.cc CONTENT
       "#include \"apps/embedded_file.h\"\n\nnamespace gmpi {\nextern \"C\" {\n${declarations}}\n
const EmbeddedFile ${variable}[] = {\n${entries}    {nullptr, nullptr, nullptr},\n};\n}  // namespace gmpi\n" @ONLY)
  set_source_files_properties(${dir}.S PROPERTIES OBJECT_DEPENDS "${paths}")
  target_sources(${target} PRIVATE ${dir}.S ${dir}.cc)
endfunction()

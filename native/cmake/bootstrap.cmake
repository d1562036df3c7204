# Turns src/python into C arrays, so that the core carries its Python code within itself.
# Bytes and not string literals: compilers limit the length of those.
set(NOGIL_GENERATED "${CMAKE_BINARY_DIR}/generated")
set(bootstrap_arrays "")
foreach(table first_sources sources deferred_sources)
  set(bootstrap_entries "")
  foreach(file IN LISTS NOGIL_PYTHON_${table})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "src/python/${file}.py")
    file(READ "src/python/${file}.py" bootstrap_hex HEX)
    string(REGEX REPLACE "(..)" "0x\\1," bootstrap_bytes "${bootstrap_hex}")
    string(APPEND bootstrap_arrays "static const char source_${file}[] = {${bootstrap_bytes}0x00};\n")
    string(APPEND bootstrap_entries "    {\"<nogil/${file}.py>\", source_${file}},\n")
  endforeach()
  string(APPEND bootstrap_arrays "static const source_file ${table}[] = {\n${bootstrap_entries}    {0},\n};\n")
endforeach()
file(CONFIGURE OUTPUT "${NOGIL_GENERATED}/bootstrap_source.h" CONTENT
"/* Made from src/python by cmake/bootstrap.cmake. */
@bootstrap_arrays@" @ONLY)

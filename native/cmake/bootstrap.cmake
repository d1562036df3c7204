# Turns src/bootstrap.py into a C array, so that the core carries its Python code within itself.
# Bytes and not a string literal: compilers limit the length of those.
set(NOGIL_GENERATED "${CMAKE_BINARY_DIR}/generated")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS src/bootstrap.py)
file(READ src/bootstrap.py bootstrap_hex HEX)
string(REGEX REPLACE "(..)" "0x\\1," bootstrap_bytes "${bootstrap_hex}")
file(CONFIGURE OUTPUT "${NOGIL_GENERATED}/bootstrap_source.h" CONTENT
"/* Made from src/bootstrap.py by cmake/bootstrap.cmake. */
static const char ng_bootstrap_source[] = {@bootstrap_bytes@0x00};
" @ONLY)

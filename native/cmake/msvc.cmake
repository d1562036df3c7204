# Visual Studio. Not yet run by the authors; see .github/workflows/windows.yml.
if(NOGIL_SANITIZE AND NOT NOGIL_SANITIZE STREQUAL "address")
  message(FATAL_ERROR "NOGIL_SANITIZE=${NOGIL_SANITIZE}: MSVC knows only address")
endif()

foreach(target IN LISTS NOGIL_TARGETS)
  target_compile_options(${target} PRIVATE
    /W4 /WX /utf-8
    /experimental:c11atomics # <stdatomic.h> in C
    $<$<STREQUAL:${NOGIL_SANITIZE},address>:/fsanitize=address>
  )
  target_compile_definitions(${target} PRIVATE _CRT_SECURE_NO_WARNINGS WIN32_LEAN_AND_MEAN)
endforeach()

# Node-API has no import library of its own: one is made from its list of symbols. Delay-loading it
# lets the module load into hosts whose executable is not called node.exe (Bun, Deno, Electron); a hook
# that answers "node.exe" with the running executable has to be among the sources on Windows
# (__pfnDliNotifyHook2), else loading fails in those hosts.
set(import_library "${CMAKE_BINARY_DIR}/node_api.lib")
if(NOT EXISTS "${NODE_API_DEF}")
  message(FATAL_ERROR "NODE_API_DEF=${NODE_API_DEF} does not exist; run `node tools/build-native.mjs`")
endif()
execute_process(
  COMMAND "${CMAKE_AR}" "/def:${NODE_API_DEF}" "/out:${import_library}" "/machine:${CMAKE_C_COMPILER_ARCHITECTURE_ID}"
  COMMAND_ERROR_IS_FATAL ANY
)
target_link_libraries(nogil PRIVATE "${import_library}" delayimp)
target_link_options(nogil PRIVATE /DELAYLOAD:node.exe /DEBUG)

# The modules of the core, low to high, in the order of layers.json.
if(WIN32)
  set(platform src/platform_windows.c)
else()
  set(platform src/platform_posix.c)
endif()

set(NOGIL_SOURCES
  ${platform}
  src/blocks.c
  src/capi.c
  src/capi_older.c
  src/finalizer_guard.c
  src/watchdog.c
  src/error.c
  src/startup_config.c
  src/import_flags.c
  src/bootstrap.c
  src/handles.c
  src/interpreter.c
  src/environment.c
  src/convert.c
  src/operations.c
  src/module_napi.c
)

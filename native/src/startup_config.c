#include "startup_config.h"

#include "platform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * 3.14 and newer: PyInitConfig (PEP 741). It starts from the isolated configuration, which ignores the
 * environment; what `python` reads from it before the configuration takes over is therefore read here.
 */
typedef struct ng_setting {
    const char *option;
    int64_t value;
} ng_setting;

static bool flag_from_environment(const char *name)
{
    const char *text = ng_environment_variable(name);
    return text != NULL && text[0] != '\0';
}

static bool number_from_environment(const char *name, int64_t *out)
{
    const char *text = ng_environment_variable(name);
    char *end = NULL;
    if (text == NULL || text[0] == '\0') {
        return false;
    }
    *out = strtoll(text, &end, 10);
    return *end == '\0' && *out >= 0;
}

/* PEP 540: PYTHONUTF8 decides; without it, the C and POSIX locales mean UTF-8. */
static int64_t utf8_mode(void)
{
    int64_t value = 0;
    if (number_from_environment("PYTHONUTF8", &value)) {
        return value != 0;
    }
    return ng_locale_is_c() || ng_py.version_hex >= 0x030F0000U; /* PEP 686: the default of 3.15 */
}

static bool set_all(ng_init_config *config, const ng_start_options *options)
{
    int64_t number = 0;
    ng_setting settings[16] = {
        {"isolated", 0},
        {"use_environment", 1},
        {"user_site_directory", 1},
        {"install_signal_handlers", 0},
        {"parse_argv", 0},
        {"configure_locale", 1},
        {"pathconfig_warnings", 1},
        {"safe_path", flag_from_environment("PYTHONSAFEPATH")},
        {"utf8_mode", utf8_mode()},
        {"dev_mode", flag_from_environment("PYTHONDEVMODE")},
    };
    size_t count = 10;
    if (number_from_environment("PYTHONHASHSEED", &number)) {
        settings[count++] = (ng_setting){"use_hash_seed", 1};
        settings[count++] = (ng_setting){"hash_seed", number};
    }
    if (number_from_environment("PYTHONINTMAXSTRDIGITS", &number)) {
        settings[count++] = (ng_setting){"int_max_str_digits", number};
    }
    if (number_from_environment("PYTHONTRACEMALLOC", &number)) {
        settings[count++] = (ng_setting){"tracemalloc", number};
    }
    for (size_t i = 0; i < count; i++) {
        if (ng_py.PyInitConfig_SetInt(config, settings[i].option, settings[i].value) < 0) {
            return false;
        }
    }
    char empty[] = "";
    char *const arguments[] = {empty};
    return ng_py.PyInitConfig_SetStr(config, "program_name", options->executable) == 0 &&
           ng_py.PyInitConfig_SetStr(config, "executable", options->executable) == 0 &&
           ng_py.PyInitConfig_SetStrList(config, "argv", 1, arguments) == 0;
}

static bool initialize_by_init_config(const ng_start_options *options, char *message,
                                      size_t message_size)
{
    ng_init_config *config = ng_py.PyInitConfig_Create();
    if (config == NULL) {
        (void)snprintf(message, message_size, "no memory for Python's configuration");
        return false;
    }
    bool done = set_all(config, options) && ng_py.Py_InitializeFromInitConfig(config) == 0;
    if (!done) {
        const char *reason = NULL;
        (void)ng_py.PyInitConfig_GetError(config, &reason);
        (void)snprintf(message, message_size, "Python %s could not be initialised: %s",
                       ng_py.version, reason != NULL ? reason : "no reason given");
    }
    ng_py.PyInitConfig_Free(config);
    return done;
}

/*
 * 3.10 to 3.13: PyConfig is a structure of a different shape in each, and the core knows none. The
 * program's name alone decides prefix, virtual environment and sys.executable, and the environment
 * counts as for `python`. An initialisation that fails here ends the process: that is why the chosen
 * Python is asked about itself, in a process of its own, before it comes this far.
 */
static bool initialize_by_program_name(const ng_start_options *options, char *message,
                                       size_t message_size)
{
    /* Owner: the process; written once, by the thread that starts Python. Python keeps the pointer, so
       it is never freed; held here too, as Python forgets it when it ends. */
    static wchar_t *name;
    name = ng_widen(options->executable);
    if (name == NULL || !NG_HAS(Py_SetProgramName)) {
        (void)snprintf(message, message_size, "the path of the executable is not valid UTF-8: %s",
                       options->executable);
        free(name);
        name = NULL;
        return false;
    }
    if (NG_HAS(Py_UTF8Mode)) {
        /* This way of starting takes the variable and ignores the environment. */
        *(int *)ng_py.Py_UTF8Mode = (int)utf8_mode();
    }
    ng_py.Py_SetProgramName(name);
    ng_py.Py_InitializeEx(0);
    if (ng_py.Py_IsInitialized() == 0) {
        (void)snprintf(message, message_size, "Python %s could not be initialised", ng_py.version);
        return false;
    }
    return true;
}

bool ng_startup_initialize(const ng_start_options *options, char *message, size_t message_size)
{
    return ng_py.version_hex >= NG_PY_3_14
               ? initialize_by_init_config(options, message, message_size)
               : initialize_by_program_name(options, message, message_size);
}

#include "type_cache.h"

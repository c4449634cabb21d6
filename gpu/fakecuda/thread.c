//go:build fakecuda

#include "thread.h"

static __thread void *current;

void *fake_current(void) { return current; }
void fake_set_current(void *context) { current = context; }

/* The table of formats. */
#include "sink/sink.h"

const struct sink_format *const sink_formats[] = {&sink_text, &sink_json, &sink_jsonl, NULL};

const struct sink_format *sink_find(const char *name)
{
	for (const struct sink_format *const *format = sink_formats; *format; format++)
		if (strcmp((*format)->name, name) == 0)
			return *format;
	return NULL;
}

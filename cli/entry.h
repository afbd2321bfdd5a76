/* An entry of the catalogue as `list` and `explain` show it. */
#ifndef CLI_ENTRY_H
#define CLI_ENTRY_H

#include <stdio.h>

#include <aligngame/document.h>

#include <aligngame/catalogue.h>

/* Its name, summary, example and keys. */
void entry_print(FILE *out, const char *kind, const ag_catalogue_entry *entry);
/* The same as data. */
json_t *entry_document(const char *kind, const ag_catalogue_entry *entry);

#endif

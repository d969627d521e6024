/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-parameter.h: KEY=VALUE of an account. Telepathy Protocol.Parameters, Account */
#pragma once

#include "ctl/ctl.h"

G_BEGIN_DECLS

/* What the words KEY=VALUE ask for. */
typedef struct
{
  GVariant *parameters; /* (owned): a{sv}: connection parameters */
  GVariant *properties; /* (owned): a{sv}: properties of Account, by their short names */
  char **unset; /* (owned): parameters that shall have their defaults */
} CtlChanges;

GVariant *ctl_parameters_load (Ctl *ctl, GError **error);
gboolean ctl_parameters_is_secret (GVariant *specs, const char *name);
CtlChanges *ctl_changes_parse (GVariant *specs, char **words, char **unset, GError **error);
void ctl_changes_free (CtlChanges *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtlChanges, ctl_changes_free)

G_END_DECLS

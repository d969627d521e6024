/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-presence.c: presences and their words. Telepathy Connection_Presence_Type */
#include "config.h"

#include <glib/gi18n.h>

#include "ctl/ctl-account.h"

static const struct
{
  const char *show;
  guint type;
  const char *word;
} shows[] = {
  { "available", 2, N_ ("Available") },
  { "chat", 2, N_ ("Free for chat") },
  { "away", 3, N_ ("Away") },
  { "xa", 4, N_ ("Away for longer") },
  { "hidden", 5, N_ ("Invisible") },
  { "dnd", 6, N_ ("Busy") },
  { "offline", 1, N_ ("Offline") },
};

/** ctl_presence_new: Returns: (transfer full): a presence */
CtlPresence *
ctl_presence_new (guint type, const char *show, const char *text)
{
  CtlPresence *self = g_new0 (CtlPresence, 1);

  self->type = type;
  self->show = g_strdup (show);
  self->text = g_strdup (text);
  return self;
}

void
ctl_presence_free (CtlPresence *self)
{
  g_free (self->show);
  g_free (self->text);
  g_free (self);
}

/** ctl_presence_parse: @show: as typed. Returns: (transfer full): the presence, else CTL_USAGE */
CtlPresence *
ctl_presence_parse (const char *show, const char *text, GError **error)
{
  g_autoptr (GString) known = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (shows); i++)
    {
      if (g_str_equal (shows[i].show, show))
        return ctl_presence_new (shows[i].type, show, text != NULL ? text : "");
      g_string_append_printf (known, "%s%s", i > 0 ? ", " : "", shows[i].show);
    }
  g_set_error (error, CTL_ERROR, CTL_USAGE, _ ("“%s” is no presence. There are: %s."), show,
               known->str);
  return NULL;
}

/** ctl_presence_get_word: Returns: (transfer none): a word for people, translated */
const char *
ctl_presence_get_word (const CtlPresence *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (shows); i++)
    if (g_str_equal (shows[i].show, self->show))
      return _ (shows[i].word);
  return self->type <= CTL_PRESENCE_OFFLINE ? _ ("Offline") : _ ("Unknown");
}

/** ctl_presence_to_variant: Returns: (transfer floating): it for JSON, a{sv} */
GVariant *
ctl_presence_to_variant (const CtlPresence *self)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&builder, "{sv}", "show", g_variant_new_string (self->show));
  g_variant_builder_add (&builder, "{sv}", "text", g_variant_new_string (self->text));
  return g_variant_builder_end (&builder);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* model-tool.c: has the window's model work, without a window, and says what it shows
 *
 * For tests/system/test_model.py: commands come a line each on standard input, what the model
 * tells goes to standard output. */
#include "config.h"

#include "model-tool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gio/gunixinputstream.h>

const char *
model_tool_nick (GType type, int value)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (type);

  return g_enum_get_value (klass, value)->value_nick;
}

static void
show_device (LinnetDevice *device)
{
  const char *text = linnet_device_get_status_text (device);
  const char *kind = linnet_device_get_kind (device);

  printf ("device %s %s %s %s\n", linnet_device_get_name (device), kind != NULL ? kind : "-",
          model_tool_nick (LINNET_TYPE_PRESENCE, linnet_device_get_presence (device)),
          text != NULL ? text : "");
}

static void
show_abilities (LinnetDevice *device)
{
  const char *program = linnet_device_get_program (device);
  g_autofree char *features = g_strjoinv (" ", (char **) linnet_device_get_features (device));

  printf ("can %s “%s” %s: %s\n", linnet_device_get_name (device), program != NULL ? program : "",
          linnet_device_get_verified (device) ? "proven" : "not proven", features);
}

static void
devices_cb (GListModel *devices, guint at, guint removed, guint added)
{
  printf ("devices %u\n", g_list_model_get_n_items (devices));
  for (guint i = at; i < at + added; i++)
    {
      g_autoptr (LinnetDevice) device = g_list_model_get_item (devices, i);

      show_device (device);
      g_signal_connect (device, "notify", G_CALLBACK (show_device), NULL);
      g_signal_connect (device, "notify::features", G_CALLBACK (show_abilities), NULL);
    }
}

static void
fact_cb (LinnetContactAbout *about, GParamSpec *pspec)
{
  g_autoptr (GVariant) value = NULL;
  g_autofree char *text = NULL;

  if (!G_IS_PARAM_SPEC_VARIANT (pspec))
    return;
  g_object_get (about, pspec->name, &value, NULL);
  text = value != NULL ? g_variant_print (value, FALSE) : g_strdup ("nothing");
  printf ("%s %s\n", pspec->name, text);
}

static void
blocked_cb (GListModel *blocked)
{
  printf ("blocked");
  for (guint i = 0; i < g_list_model_get_n_items (blocked); i++)
    {
      g_autoptr (LinnetContact) contact = g_list_model_get_item (blocked, i);

      printf (" %s", linnet_contact_get_address (contact));
    }
  printf ("\n");
}

static void
avatar_cb (LinnetContact *contact)
{
  LinnetPicture *picture = linnet_contact_get_avatar (contact);

  if (picture == NULL)
    printf ("avatar nothing\n");
  else
    printf ("avatar %u %u %" G_GSIZE_FORMAT "\n", linnet_picture_get_width (picture),
            linnet_picture_get_height (picture),
            g_bytes_get_size (linnet_picture_get_pixels (picture)));
}

static void
show_avatar (Tool *tool, const char *address)
{
  /* Who is not in the list yet comes there later. */
  LinnetContact *contact = linnet_account_ensure_contact (tool->account, address);

  g_signal_connect (contact, "notify::avatar", G_CALLBACK (avatar_cb), NULL);
  avatar_cb (contact);
}

static void
state_cb (LinnetAccount *account)
{
  printf ("account %s\n",
          model_tool_nick (LINNET_TYPE_CONNECTION_STATE, linnet_account_get_state (account)));
}

static void
accounts_cb (Tool *tool, guint at, guint removed, guint added, GListModel *accounts)
{
  if (tool->account != NULL || added == 0)
    return;
  tool->account = g_list_model_get_item (accounts, at);
  g_signal_connect (tool->account, "notify::state", G_CALLBACK (state_cb), NULL);
  g_signal_connect (linnet_account_get_blocked (tool->account), "items-changed",
                    G_CALLBACK (blocked_cb), NULL);
  state_cb (tool->account);
}

void
model_tool_action_cb (GObject *source, GAsyncResult *result, gpointer what)
{
  g_autoptr (GError) error = NULL;

  if (linnet_account_action_finish (LINNET_ACCOUNT (source), result, &error))
    printf ("%s done\n", (const char *) what);
  else
    printf ("%s failed: %s\n", (const char *) what, error->message);
}

static void
results_cb (GListModel *results, guint at, guint removed, guint added)
{
  for (guint i = at; i < at + added; i++)
    {
      g_autoptr (LinnetContact) contact = g_list_model_get_item (results, i);

      printf ("found %s %s\n", linnet_contact_get_address (contact),
              linnet_contact_get_name (contact));
    }
}

static void
search_cb (LinnetSearch *search)
{
  g_autofree char *keys = g_strjoinv (" ", (char **) linnet_search_get_keys (search));
  const char *error = linnet_search_get_error_text (search);

  printf ("search %s %s\n",
          model_tool_nick (LINNET_TYPE_SEARCH_STATE, linnet_search_get_state (search)),
          error != NULL ? error : keys);
}

static void
form_cb (LinnetForm *form)
{
  GListModel *fields = linnet_form_get_fields (form);
  GVariant *result = linnet_form_get_result (form);
  g_autofree char *text = result != NULL ? g_variant_print (result, FALSE) : g_strdup ("");

  for (guint i = 0; i < g_list_model_get_n_items (fields); i++)
    {
      g_autoptr (LinnetFormField) field = g_list_model_get_item (fields, i);

      printf ("field %s %s%s\n", linnet_form_field_get_name (field),
              linnet_form_field_get_kind (field),
              linnet_form_field_get_required (field) ? " needed" : "");
    }
  printf ("form %s %s\n", model_tool_nick (LINNET_TYPE_FORM_STATUS, linnet_form_get_status (form)),
          text);
}

static void
note_cb (LinnetForm *form)
{
  const char *note = linnet_form_get_note (form);

  printf ("note %s\n", note != NULL ? note : "none");
}

void
model_tool_take_form (Tool *tool, LinnetForm *form)
{
  g_clear_object (&tool->form);
  tool->form = form;
  g_signal_connect (form, "notify::status", G_CALLBACK (form_cb), NULL);
  g_signal_connect (form, "notify::note", G_CALLBACK (note_cb), NULL);
}

static void
form_begun_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  LinnetForm *form = linnet_service_register_finish (LINNET_SERVICE (source), result, &error);

  if (form != NULL)
    model_tool_take_form (data, form);
  else
    printf ("no form: %s\n", error->message);
}

/* An address, and where its server listens. */
static void
begin_form (Tool *tool, const char *address, const char *port)
{
  linnet_service_register_async (
      tool->service, address, NULL,
      g_variant_new_parsed ("{'server': <'127.0.0.1'>, 'port': <%q>}", (guint16) atoi (port)), NULL,
      form_begun_cb, tool);
}

static void
fill (Tool *tool, const char *name, const char *value)
{
  GListModel *fields = linnet_form_get_fields (tool->form);
  const char *const values[] = { value, NULL };

  for (guint i = 0; i < g_list_model_get_n_items (fields); i++)
    {
      g_autoptr (LinnetFormField) field = g_list_model_get_item (fields, i);

      if (g_str_equal (linnet_form_field_get_name (field), name))
        linnet_form_field_set_values (field, values);
    }
}

/* Takes `about`. */
void
model_tool_take_about (Tool *tool, LinnetContactAbout *about)
{
  g_clear_object (&tool->about);
  tool->about = about;
  g_signal_connect (linnet_contact_about_get_devices (tool->about), "items-changed",
                    G_CALLBACK (devices_cb), NULL);
  g_signal_connect (tool->about, "notify", G_CALLBACK (fact_cb), NULL);
}

static void
fields_cb (GListModel *fields)
{
  printf ("fields");
  for (guint i = 0; i < g_list_model_get_n_items (fields); i++)
    {
      g_autoptr (LinnetProfileField) field = g_list_model_get_item (fields, i);
      g_autoptr (GVariant) value = g_variant_ref_sink (linnet_profile_field_to_variant (field));
      g_autofree char *text = g_variant_print (value, FALSE);

      printf (" %s", text);
    }
  printf ("\n");
}

static void
profile_cb (LinnetProfile *profile)
{
  const char *error = linnet_page_get_error_text (LINNET_PAGE (profile));

  printf ("profile %s %s\n",
          model_tool_nick (LINNET_TYPE_PAGE_STATE, linnet_page_get_state (LINNET_PAGE (profile))),
          error != NULL ? error : "");
}

/* "own": that of the account */
static void
begin_profile (Tool *tool, const char *address)
{
  g_clear_object (&tool->profile);
  tool->profile = linnet_profile_new (tool->account, g_str_equal (address, "own") ? NULL : address);
  g_signal_connect (tool->profile, "notify::state", G_CALLBACK (profile_cb), NULL);
  g_signal_connect (linnet_profile_get_fields (tool->profile), "items-changed",
                    G_CALLBACK (fields_cb), NULL);
  profile_cb (tool->profile);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (linnet_profile_save_finish (LINNET_PROFILE (source), result, &error))
    printf ("saved\n");
  else
    printf ("not saved: %s\n", error->message);
}

/* One field more, and an empty one, which says nothing. */
static void
save (Tool *tool, const char *name, const char *value)
{
  g_autoptr (GListStore) fields = linnet_profile_dup_fields (tool->profile);
  const char *const values[] = { value, NULL };
  g_autoptr (LinnetProfileField) field = linnet_profile_field_new (name, NULL, values);
  g_autoptr (LinnetProfileField) empty = linnet_profile_field_new ("url", NULL, NULL);

  g_list_store_append (fields, field);
  g_list_store_append (fields, empty);
  linnet_profile_save_async (tool->profile, G_LIST_MODEL (fields), saved_cb, NULL);
}

static void
begin_search (Tool *tool, const char *server)
{
  g_clear_object (&tool->search);
  tool->search = linnet_search_new (tool->account, server);
  g_signal_connect (tool->search, "notify::state", G_CALLBACK (search_cb), NULL);
  g_signal_connect (linnet_search_get_results (tool->search), "items-changed",
                    G_CALLBACK (results_cb), NULL);
  search_cb (tool->search);
}

static void
run_search (Tool *tool, const char *key, const char *value)
{
  GVariantBuilder terms;

  g_variant_builder_init (&terms, G_VARIANT_TYPE ("a{ss}"));
  g_variant_builder_add (&terms, "{ss}", key, value);
  linnet_search_run (tool->search, g_variant_builder_end (&terms));
}

static void
obey (Tool *tool, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 3);
  guint count = g_strv_length (words);

  if (g_str_equal (words[0], "about"))
    model_tool_take_about (
        tool, linnet_contact_about_new (linnet_account_ensure_contact (tool->account, words[1])));
  else if (g_str_equal (words[0], "forget"))
    g_clear_object (&tool->about);
  else if (g_str_equal (words[0], "avatar"))
    show_avatar (tool, words[1]);
  else if (g_str_equal (words[0], "block"))
    linnet_account_block_async (tool->account, words[1], count > 2, model_tool_action_cb,
                                (gpointer) "block");
  else if (g_str_equal (words[0], "unblock"))
    linnet_account_unblock_async (tool->account, words[1], model_tool_action_cb,
                                  (gpointer) "unblock");
  else if (g_str_equal (words[0], "profile"))
    begin_profile (tool, words[1]);
  else if (g_str_equal (words[0], "save"))
    save (tool, words[1], words[2]);
  else if (g_str_equal (words[0], "search"))
    begin_search (tool, words[1]);
  else if (g_str_equal (words[0], "find"))
    run_search (tool, words[1], words[2]);
  else if (g_str_equal (words[0], "register"))
    begin_form (tool, words[1], words[2]);
  else if (g_str_equal (words[0], "fill"))
    fill (tool, words[1], words[2]);
  else if (g_str_equal (words[0], "submit"))
    linnet_form_submit (tool->form, "submit");
  else if (g_str_equal (words[0], "cancel"))
    linnet_form_cancel (tool->form);
  else if (!model_tool_obey_page (tool, (const char *const *) words))
    g_error ("“%s” is no command", line);
}

static void
line_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Tool *tool = data;
  g_autofree char *line = g_data_input_stream_read_line_finish (tool->input, result, NULL, NULL);

  if (line == NULL)
    {
      g_main_loop_quit (tool->loop);
      return;
    }
  obey (tool, line);
  g_data_input_stream_read_line_async (tool->input, 0, NULL, line_cb, tool);
}

int
main (int argc, char **argv)
{
  g_autoptr (GInputStream) in = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GError) error = NULL;
  Tool tool = { 0 };

  setvbuf (stdout, NULL, _IOLBF, 0);
  tool.bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  if (tool.bus == NULL)
    g_error ("%s", error->message);
  tool.loop = g_main_loop_new (NULL, FALSE);
  tool.service = linnet_service_new (tool.bus);
  tool.input = g_data_input_stream_new (in);
  g_signal_connect_swapped (linnet_service_get_accounts (tool.service), "items-changed",
                            G_CALLBACK (accounts_cb), &tool);
  g_data_input_stream_read_line_async (tool.input, 0, NULL, line_cb, &tool);
  g_main_loop_run (tool.loop);
  g_clear_object (&tool.about);
  g_clear_object (&tool.profile);
  g_clear_object (&tool.search);
  g_clear_object (&tool.form);
  g_clear_object (&tool.page);
  g_clear_object (&tool.security);
  g_clear_object (&tool.kept);
  g_clear_object (&tool.avatar);
  g_clear_object (&tool.unregistration);
  g_clear_object (&tool.client);
  g_clear_object (&tool.account);
  g_clear_object (&tool.service);
  g_clear_object (&tool.input);
  g_clear_object (&tool.bus);
  g_main_loop_unref (tool.loop);
  return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-form.c: a form that somebody wants to have filled in, or a table of what was found. XEP-0004,
 * XEP-0068, XEP-0221
 *
 * It comes from anybody: everything is bounded, and what is too much is left out. */

#include "im/im-form.h"

#include <string.h>

#include "im/im-contact-private.h"
#include "xmpp/xmpp-jid.h"
#include "xmpp/xmpp-ns.h"

#define MAX_FIELDS 200
#define MAX_OPTIONS 500
#define MAX_VALUES 500
#define MAX_MEDIA 16
#define MAX_ITEMS 1000
#define MAX_TEXT_BYTES 8192
#define MAX_NAME_BYTES 256
#define FORM_TYPE "FORM_TYPE"

static const char *const type_names[] = {
  [IM_FIELD_TEXT_SINGLE] = "text-single",
  [IM_FIELD_BOOLEAN] = "boolean",
  [IM_FIELD_FIXED] = "fixed",
  [IM_FIELD_HIDDEN] = "hidden",
  [IM_FIELD_JID_MULTI] = "jid-multi",
  [IM_FIELD_JID_SINGLE] = "jid-single",
  [IM_FIELD_LIST_MULTI] = "list-multi",
  [IM_FIELD_LIST_SINGLE] = "list-single",
  [IM_FIELD_TEXT_MULTI] = "text-multi",
  [IM_FIELD_TEXT_PRIVATE] = "text-private",
};

static void
clear_options (ImOption *options, guint n_options)
{
  for (guint i = 0; i < n_options; i++)
    {
      g_free (options[i].label);
      g_free (options[i].value);
    }
  g_free (options);
}

static void
free_field (gpointer data)
{
  ImField *field = data;

  g_free (field->var);
  g_free (field->label);
  g_free (field->description);
  g_strfreev (field->values);
  clear_options (field->options, field->n_options);
  clear_options (field->media, field->n_media);
  g_free (field);
}

static gboolean
has_many (ImFieldType type)
{
  return type == IM_FIELD_LIST_MULTI || type == IM_FIELD_JID_MULTI || type == IM_FIELD_TEXT_MULTI ||
         type == IM_FIELD_HIDDEN || type == IM_FIELD_FIXED;
}

/* What is not known is text, as 3.3 wants it. */
static ImFieldType
read_type (const char *name)
{
  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (type_names); i++)
    if (strcmp (type_names[i], name) == 0)
      return i;
  return IM_FIELD_TEXT_SINGLE;
}

static char **
read_values (const XmppNode *node, guint limit)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  guint n_values = 0;

  for (XmppNode *value = xmpp_node_find (node, "value", XMPP_NS_DATA_FORMS);
       value != NULL && n_values < limit;
       value = xmpp_node_find_next (value, "value", XMPP_NS_DATA_FORMS), n_values++)
    {
      g_autofree char *text = im_dup_bounded (xmpp_node_get_text (value), MAX_TEXT_BYTES);

      g_strv_builder_add (builder, text);
    }
  return g_strv_builder_end (builder);
}

static void
read_options (ImField *field, const XmppNode *node)
{
  GArray *options = g_array_new (FALSE, FALSE, sizeof (ImOption));

  for (XmppNode *option = xmpp_node_find (node, "option", XMPP_NS_DATA_FORMS);
       option != NULL && options->len < MAX_OPTIONS;
       option = xmpp_node_find_next (option, "option", XMPP_NS_DATA_FORMS))
    {
      const char *value = xmpp_node_get_child_text (option, "value", XMPP_NS_DATA_FORMS);
      const char *label = xmpp_node_get (option, "label");
      ImOption entry;

      if (value == NULL || strlen (value) > MAX_TEXT_BYTES)
        continue; /* cut short it would be another answer */
      entry.label = im_dup_bounded (label != NULL ? label : value, MAX_NAME_BYTES);
      entry.value = g_strdup (value);
      g_array_append_val (options, entry);
    }
  field->n_options = options->len;
  field->options = (ImOption *) g_array_free (options, options->len == 0);
}

static void
read_media (ImField *field, const XmppNode *node)
{
  GArray *media = g_array_new (FALSE, FALSE, sizeof (ImOption));
  XmppNode *wrapper = xmpp_node_find (node, "media", XMPP_NS_MEDIA_ELEMENT);
  XmppNode *uri = wrapper != NULL ? xmpp_node_find (wrapper, "uri", XMPP_NS_MEDIA_ELEMENT) : NULL;

  for (; uri != NULL && media->len < MAX_MEDIA;
       uri = xmpp_node_find_next (uri, "uri", XMPP_NS_MEDIA_ELEMENT))
    {
      const char *type = xmpp_node_get (uri, "type");
      const char *text = xmpp_node_get_text (uri);
      ImOption entry;

      if (type == NULL || strlen (type) > MAX_NAME_BYTES || strlen (text) > MAX_TEXT_BYTES)
        continue;
      entry.label = g_strdup (type);
      entry.value = g_strstrip (g_strdup (text));
      g_array_append_val (media, entry);
    }
  field->n_media = media->len;
  field->media = (ImOption *) g_array_free (media, media->len == 0);
}

/* NULL: it has no name and should have one, or the name is another's. */
static ImField *
read_field (const XmppNode *node, const GPtrArray *fields)
{
  ImField *field;
  const char *var = xmpp_node_get (node, "var");
  ImFieldType type = read_type (xmpp_node_get (node, "type"));

  if (var == NULL && type != IM_FIELD_FIXED)
    return NULL;
  if (var != NULL && strlen (var) > MAX_NAME_BYTES)
    return NULL;
  for (guint i = 0; var != NULL && i < fields->len; i++)
    if (strcmp (((ImField *) fields->pdata[i])->var, var) == 0)
      return NULL;
  field = g_new0 (ImField, 1);
  field->type = type;
  field->var = g_strdup (var != NULL ? var : "");
  field->label = im_dup_bounded (xmpp_node_get (node, "label"), MAX_NAME_BYTES);
  field->description =
      im_dup_bounded (xmpp_node_get_child_text (node, "desc", XMPP_NS_DATA_FORMS), MAX_TEXT_BYTES);
  field->values = read_values (node, has_many (type) ? MAX_VALUES : 1);
  field->is_required = xmpp_node_find (node, "required", XMPP_NS_DATA_FORMS) != NULL;
  if (type == IM_FIELD_LIST_SINGLE || type == IM_FIELD_LIST_MULTI)
    read_options (field, node);
  read_media (field, node);
  return field;
}

static GPtrArray *
read_fields (const XmppNode *parent)
{
  GPtrArray *fields = g_ptr_array_new_with_free_func (free_field);

  for (XmppNode *node = xmpp_node_find (parent, "field", XMPP_NS_DATA_FORMS);
       node != NULL && fields->len < MAX_FIELDS;
       node = xmpp_node_find_next (node, "field", XMPP_NS_DATA_FORMS))
    {
      ImField *field = read_field (node, fields);

      if (field != NULL)
        g_ptr_array_add (fields, field);
    }
  return fields;
}

/* There may be several. */
static char *
read_instructions (const XmppNode *node)
{
  GString *out = g_string_new (NULL);
  g_autofree char *text = NULL;

  for (XmppNode *line = xmpp_node_find (node, "instructions", XMPP_NS_DATA_FORMS);
       line != NULL && out->len < MAX_TEXT_BYTES;
       line = xmpp_node_find_next (line, "instructions", XMPP_NS_DATA_FORMS))
    g_string_append_printf (out, "%s%s", out->len > 0 ? "\n" : "", xmpp_node_get_text (line));
  text = g_string_free (out, FALSE);
  return im_dup_bounded (text, MAX_TEXT_BYTES);
}

/** im_form_new: Returns: (transfer full): that asks for nothing yet */
ImForm *
im_form_new (void)
{
  ImForm *self = g_new0 (ImForm, 1);

  self->title = g_strdup ("");
  self->instructions = g_strdup ("");
  self->fields = g_ptr_array_new_with_free_func (free_field);
  self->items = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  return self;
}

/**
 * im_form_new_from_node:
 * @node: from anybody
 *
 * Where it has a table, `fields` are the columns.
 *
 * Returns: (transfer full) (nullable): what it asks, or tells
 * Spec: XEP-0004 3
 */
ImForm *
im_form_new_from_node (const XmppNode *node)
{
  XmppNode *reported;
  ImForm *self;

  if (!xmpp_node_is (node, "x", XMPP_NS_DATA_FORMS) ||
      g_strcmp0 (xmpp_node_get (node, "type"), "cancel") == 0)
    return NULL;
  self = g_new0 (ImForm, 1);
  reported = xmpp_node_find (node, "reported", XMPP_NS_DATA_FORMS);
  self->title =
      im_dup_bounded (xmpp_node_get_child_text (node, "title", XMPP_NS_DATA_FORMS), MAX_NAME_BYTES);
  self->instructions = read_instructions (node);
  self->fields = read_fields (reported != NULL ? reported : node);
  self->items = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  for (XmppNode *item = xmpp_node_find (node, "item", XMPP_NS_DATA_FORMS);
       item != NULL && self->items->len < MAX_ITEMS;
       item = xmpp_node_find_next (item, "item", XMPP_NS_DATA_FORMS))
    g_ptr_array_add (self->items, read_fields (item));
  return self;
}

/** im_form_free: @self: (transfer full) (nullable): a form */
void
im_form_free (ImForm *self)
{
  if (self == NULL)
    return;
  g_free (self->title);
  g_free (self->instructions);
  g_ptr_array_unref (self->fields);
  g_ptr_array_unref (self->items);
  g_free (self);
}

/** im_form_add: Returns: (transfer none): a field more, without a value */
ImField *
im_form_add (ImForm *self, ImFieldType type, const char *var, const char *label)
{
  ImField *field = g_new0 (ImField, 1);

  field->type = type;
  field->var = g_strdup (var);
  field->label = g_strdup (label);
  field->description = g_strdup ("");
  field->values = g_new0 (char *, 1);
  g_ptr_array_add (self->fields, field);
  return field;
}

/** im_form_set_instructions: @text: (nullable): from anybody */
void
im_form_set_instructions (ImForm *self, const char *text)
{
  g_free (self->instructions);
  self->instructions = im_dup_bounded (text, MAX_TEXT_BYTES);
}

/** im_form_fill_in: @value: what is offered in place of what the form has; nothing where there is
 * no such field */
void
im_form_fill_in (ImForm *self, const char *var, const char *value)
{
  ImField *field = im_form_find (self, var);

  if (field == NULL)
    return;
  g_strfreev (field->values);
  field->values = g_strsplit (value, "\x01", 1);
}

/** im_form_find: @var: a name. Returns: (nullable) (transfer none): its field */
ImField *
im_form_find (const ImForm *self, const char *var)
{
  for (guint i = 0; i < self->fields->len; i++)
    {
      ImField *field = self->fields->pdata[i];

      if (strcmp (field->var, var) == 0)
        return field;
    }
  return NULL;
}

/** im_form_get_form_type: Returns: what its names mean, "" for nothing known. Spec: XEP-0068 */
const char *
im_form_get_form_type (const ImForm *self)
{
  ImField *field = im_form_find (self, FORM_TYPE);

  return field != NULL && field->type == IM_FIELD_HIDDEN ? im_field_get_value (field) : "";
}

/** im_field_get_value: Returns: the first, "" for none */
const char *
im_field_get_value (const ImField *self)
{
  return self->values[0] != NULL ? self->values[0] : "";
}

/** im_field_type_to_name: Returns: XEP-0004's */
const char *
im_field_type_to_name (ImFieldType type)
{
  g_return_val_if_fail ((guint) type < G_N_ELEMENTS (type_names), "text-single");
  return type_names[type];
}

static gboolean
refuse (GError **error, const ImField *field, const char *what)
{
  g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "“%s” %s",
               *field->label != '\0' ? field->label : field->var, what);
  return FALSE;
}

static gboolean
is_option (const ImField *field, const char *value)
{
  for (guint i = 0; i < field->n_options; i++)
    if (strcmp (field->options[i].value, value) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
is_boolean (const char *value)
{
  return strcmp (value, "0") == 0 || strcmp (value, "1") == 0 || strcmp (value, "true") == 0 ||
         strcmp (value, "false") == 0;
}

static gboolean
check_value (const ImField *field, const char *value, GError **error)
{
  g_autoptr (XmppJid) jid = NULL;

  if (strlen (value) > MAX_TEXT_BYTES)
    return refuse (error, field, "is too long");
  switch (field->type)
    {
    case IM_FIELD_FIXED:
    case IM_FIELD_HIDDEN:
      return refuse (error, field, "is not to be answered");
    case IM_FIELD_BOOLEAN:
      return is_boolean (value) || refuse (error, field, "is yes or no");
    case IM_FIELD_LIST_SINGLE:
    case IM_FIELD_LIST_MULTI:
      return is_option (field, value) || refuse (error, field, "has no such choice");
    case IM_FIELD_JID_SINGLE:
    case IM_FIELD_JID_MULTI:
      jid = *value != '\0' ? xmpp_jid_new (value, NULL) : NULL;
      return *value == '\0' || jid != NULL || refuse (error, field, "is not an address");
    case IM_FIELD_TEXT_SINGLE:
    case IM_FIELD_TEXT_MULTI:
    case IM_FIELD_TEXT_PRIVATE:
    default:
      return TRUE;
    }
}

static gboolean
check_values (const ImField *field, const char *const *values, GError **error)
{
  guint n_values = g_strv_length ((char **) values);

  if (n_values > (has_many (field->type) ? MAX_VALUES : 1))
    return refuse (error, field, "has more answers than it takes");
  if (field->is_required && (n_values == 0 || *values[0] == '\0'))
    return refuse (error, field, "is needed");
  for (guint i = 0; i < n_values; i++)
    if (!check_value (field, values[i], error))
      return FALSE;
  return TRUE;
}

static ImField *
find_asked (const ImForm *self, const char *var, GError **error)
{
  ImField *field = im_form_find (self, var);

  if (field == NULL)
    g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "The form does not ask for “%s”", var);
  return field;
}

static gboolean
check_secrets (const ImForm *self, GHashTable *secrets, GError **error)
{
  GHashTableIter iter;
  gpointer var, text;

  g_hash_table_iter_init (&iter, secrets);
  while (g_hash_table_iter_next (&iter, &var, &text))
    {
      const char *const values[] = { text, NULL };
      const ImField *field = find_asked (self, var, error);

      if (field == NULL || !check_values (field, values, error))
        return FALSE;
    }
  return TRUE;
}

/* Whether all is there that is needed. */
static gboolean
check_complete (const ImForm *self, GVariant *answers, GHashTable *secrets, GError **error)
{
  for (guint i = 0; i < self->fields->len; i++)
    {
      const ImField *field = self->fields->pdata[i];
      g_autoptr (GVariant) value =
          g_variant_lookup_value (answers, field->var, G_VARIANT_TYPE_STRING_ARRAY);

      if (value == NULL && (secrets == NULL || !g_hash_table_contains (secrets, field->var)) &&
          field->is_required && field->type != IM_FIELD_HIDDEN && field->type != IM_FIELD_FIXED &&
          *im_field_get_value (field) == '\0')
        return refuse (error, field, "is needed");
    }
  return TRUE;
}

/**
 * im_form_check:
 * @answers: a{sas}: name to values
 * @secrets: (nullable) (element-type utf8 utf8): name to a value of one more
 *
 * Returns: FALSE with IM_ERROR_INVALID_ARGUMENT, which names the field
 * Spec: XEP-0004 3.2, 3.3
 */
gboolean
im_form_check (const ImForm *self, GVariant *answers, GHashTable *secrets, GError **error)
{
  GVariantIter iter;
  const char *var;
  GVariant *given;

  g_return_val_if_fail (g_variant_is_of_type (answers, G_VARIANT_TYPE ("a{sas}")), FALSE);

  g_variant_iter_init (&iter, answers);
  while (g_variant_iter_next (&iter, "{&s@as}", &var, &given))
    {
      G_GNUC_UNUSED g_autoptr (GVariant) owned = given;
      g_autofree const char **values = g_variant_get_strv (given, NULL);
      ImField *field = find_asked (self, var, error);

      if (field == NULL || !check_values (field, values, error))
        return FALSE;
    }
  return (secrets == NULL || check_secrets (self, secrets, error)) &&
         check_complete (self, answers, secrets, error);
}

static void
submit_field (const ImField *field, const char *const *values, XmppNode *x)
{
  XmppNode *node = xmpp_node_add (x, "field", XMPP_NS_DATA_FORMS);

  xmpp_node_set (node, "var", field->var);
  xmpp_node_set (node, "type", im_field_type_to_name (field->type));
  for (guint i = 0; values[i] != NULL; i++)
    xmpp_node_add_with_text (node, "value", XMPP_NS_DATA_FORMS, values[i]);
}

/**
 * im_form_submit:
 * @answers: a{sas}, which im_form_check () let pass
 * @secrets: (nullable), likewise; they win
 * @parent: gets the form, filled in
 *
 * Spec: XEP-0004 3.2
 */
void
im_form_submit (const ImForm *self, GVariant *answers, GHashTable *secrets, XmppNode *parent)
{
  XmppNode *x = xmpp_node_add (parent, "x", XMPP_NS_DATA_FORMS);

  xmpp_node_set (x, "type", "submit");
  for (guint i = 0; i < self->fields->len; i++)
    {
      const ImField *field = self->fields->pdata[i];
      g_autoptr (GVariant) given =
          g_variant_lookup_value (answers, field->var, G_VARIANT_TYPE_STRING_ARRAY);
      g_autofree const char **values = given != NULL ? g_variant_get_strv (given, NULL) : NULL;

      const char *secret = secrets != NULL ? g_hash_table_lookup (secrets, field->var) : NULL;

      if (field->type == IM_FIELD_FIXED)
        continue;
      if (secret != NULL)
        submit_field (field, (const char *const[]){ secret, NULL }, x);
      else if (values != NULL)
        submit_field (field, values, x);
      else if (field->values[0] != NULL)
        submit_field (field, (const char *const *) field->values, x);
    }
}

/** im_form_to_variant: Returns: (transfer floating): title, instructions, and of each field that
 * people see: name, type, label, values, options (label, value), whether it is needed */
GVariant *
im_form_to_variant (const ImForm *self)
{
  GVariantBuilder fields;

  g_variant_builder_init (&fields, G_VARIANT_TYPE ("a(sssasa(ss)b)"));
  for (guint i = 0; i < self->fields->len; i++)
    {
      const ImField *field = self->fields->pdata[i];

      if (field->type == IM_FIELD_HIDDEN)
        continue;
      g_variant_builder_open (&fields, G_VARIANT_TYPE ("(sssasa(ss)b)"));
      g_variant_builder_add (&fields, "s", field->var);
      g_variant_builder_add (&fields, "s", im_field_type_to_name (field->type));
      g_variant_builder_add (&fields, "s", field->label);
      g_variant_builder_add (&fields, "^as", field->values);
      g_variant_builder_open (&fields, G_VARIANT_TYPE ("a(ss)"));
      for (guint o = 0; o < field->n_options; o++)
        g_variant_builder_add (&fields, "(ss)", field->options[o].label, field->options[o].value);
      g_variant_builder_close (&fields);
      g_variant_builder_add (&fields, "b", field->is_required);
      g_variant_builder_close (&fields);
    }
  return g_variant_new ("(ssa(sssasa(ss)b))", self->title, self->instructions, &fields);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-disco.c: what we are and can do, computed from the modules' constants. XEP-0030, XEP-0115 5
 *
 * The string that is hashed does not say where identities end, nor where forms begin: a feature
 * with slashes could be given out as an identity, and the last features as a form, and the hash
 * would fit with features missing. So what could be a feature is taken for no identity, and for no
 * form. */

#include "im/im-disco.h"

#include <string.h>

#include "xmpp/xmpp-ns.h"

#define CATEGORY "client"
#define FORM_TYPE "FORM_TYPE"
/* XEP-0232: the form that programs have. */
#define SOFTWARE_FORM "urn:xmpp:dataforms:softwareinfo"

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static const char *
get (const XmppNode *node, const char *name)
{
  const char *value = xmpp_node_get (node, name);

  return value != NULL ? value : "";
}

static const char *
get_language (const XmppNode *node)
{
  const char *value = xmpp_node_get_with_ns (node, "lang", XMPP_NS_XML);

  return value != NULL ? value : "";
}

/* Sorted, each followed by '<'. FALSE: two are the same, or one has a '<' of its own. */
static gboolean
append_sorted (GString *out, GPtrArray *texts)
{
  gboolean is_good = TRUE;

  g_ptr_array_sort (texts, compare_texts);
  for (guint i = 0; i < texts->len; i++)
    {
      const char *text = texts->pdata[i];

      if (strchr (text, '<') != NULL || (i > 0 && strcmp (text, texts->pdata[i - 1]) == 0))
        is_good = FALSE;
      g_string_append (out, text);
      g_string_append_c (out, '<');
    }
  return is_good;
}

/* XEP-0030 3.1: category and type are words of the registrar; features have colons or no second
 * word. */
static gboolean
is_identity (const XmppNode *node)
{
  const char *category = get (node, "category");
  const char *type = get (node, "type");

  return *category != '\0' && strpbrk (category, "/:") == NULL && *type != '\0' &&
         strchr (type, '/') == NULL && strchr (get_language (node), '/') == NULL;
}

/* There is at least one: else the first of the features could be. */
static gboolean
append_identities (GString *out, const XmppNode *query)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  gboolean is_good = TRUE;

  for (XmppNode *node = xmpp_node_find (query, "identity", XMPP_NS_DISCO_INFO); node != NULL;
       node = xmpp_node_find_next (node, "identity", XMPP_NS_DISCO_INFO))
    {
      is_good = is_good && is_identity (node);
      g_ptr_array_add (texts,
                       g_strdup_printf ("%s/%s/%s/%s", get (node, "category"), get (node, "type"),
                                        get_language (node), get (node, "name")));
    }
  return append_sorted (out, texts) && is_good && texts->len > 0;
}

static gboolean
append_features (GString *out, const XmppNode *query)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new ();

  for (XmppNode *node = xmpp_node_find (query, "feature", XMPP_NS_DISCO_INFO); node != NULL;
       node = xmpp_node_find_next (node, "feature", XMPP_NS_DISCO_INFO))
    g_ptr_array_add (texts, (gpointer) get (node, "var"));
  return append_sorted (out, texts);
}

/* Name, '<', the values sorted, each with '<'. */
static char *
dup_field (const XmppNode *field, gboolean *is_good)
{
  GString *out = g_string_new (get (field, "var"));
  g_autoptr (GPtrArray) values = g_ptr_array_new ();

  if (strchr (out->str, '<') != NULL)
    *is_good = FALSE;
  g_string_append_c (out, '<');
  for (XmppNode *value = xmpp_node_find (field, "value", XMPP_NS_DATA_FORMS); value != NULL;
       value = xmpp_node_find_next (value, "value", XMPP_NS_DATA_FORMS))
    {
      g_ptr_array_add (values, (gpointer) xmpp_node_get_text (value));
      if (strchr (xmpp_node_get_text (value), '<') != NULL)
        *is_good = FALSE;
    }
  g_ptr_array_sort (values, compare_texts);
  for (guint i = 0; i < values->len; i++)
    g_string_append_printf (out, "%s<", (const char *) values->pdata[i]);
  return g_string_free (out, FALSE);
}

/* Its FORM_TYPE, '<', the other fields by name; NULL: a form that XEP-0115 ignores. */
static char *
dup_form (const XmppNode *form, gboolean *is_good)
{
  g_autoptr (GPtrArray) fields = g_ptr_array_new_with_free_func (g_free);
  const char *form_type = NULL;
  GString *out;

  for (XmppNode *field = xmpp_node_find (form, "field", XMPP_NS_DATA_FORMS); field != NULL;
       field = xmpp_node_find_next (field, "field", XMPP_NS_DATA_FORMS))
    {
      XmppNode *value = xmpp_node_find (field, "value", XMPP_NS_DATA_FORMS);

      if (strcmp (get (field, "var"), FORM_TYPE) != 0)
        g_ptr_array_add (fields, dup_field (field, is_good));
      else if (form_type != NULL ||
               (value != NULL && xmpp_node_find_next (value, "value", XMPP_NS_DATA_FORMS) != NULL))
        *is_good = FALSE; /* 5.4 point 3.4 */
      else if (value != NULL && g_strcmp0 (xmpp_node_get (field, "type"), "hidden") == 0)
        form_type = xmpp_node_get_text (value);
    }
  if (form_type == NULL)
    return NULL;
  if (strcmp (form_type, SOFTWARE_FORM) != 0)
    *is_good = FALSE;
  g_ptr_array_sort (fields, compare_texts);
  out = g_string_new (form_type);
  g_string_append_c (out, '<');
  for (guint i = 0; i < fields->len; i++)
    g_string_append (out, fields->pdata[i]);
  return g_string_free (out, FALSE);
}

static gboolean
append_forms (GString *out, const XmppNode *query)
{
  g_autoptr (GPtrArray) forms = g_ptr_array_new_with_free_func (g_free);
  gboolean is_good = TRUE;

  for (XmppNode *node = xmpp_node_find (query, "x", XMPP_NS_DATA_FORMS); node != NULL;
       node = xmpp_node_find_next (node, "x", XMPP_NS_DATA_FORMS))
    {
      char *form = dup_form (node, &is_good);

      if (form != NULL)
        g_ptr_array_add (forms, form);
    }
  g_ptr_array_sort (forms, compare_texts);
  for (guint i = 0; i < forms->len; i++)
    {
      const char *form = forms->pdata[i];
      const char *last = i > 0 ? forms->pdata[i - 1] : NULL;
      size_t length = strcspn (form, "<") + 1;

      if (last != NULL && strncmp (form, last, length) == 0)
        is_good = FALSE; /* two of one FORM_TYPE */
      g_string_append (out, form);
    }
  return is_good;
}

/**
 * im_disco_fill:
 * @query: an empty disco#info query
 *
 * Spec: XEP-0030 3.1
 */
void
im_disco_fill (ImAccount *account, XmppNode *query)
{
  const GPtrArray *features = im_account_get_features (account);
  XmppNode *identity = xmpp_node_add (query, "identity", XMPP_NS_DISCO_INFO);

  xmpp_node_set (identity, "category", CATEGORY);
  xmpp_node_set (identity, "type", IM_DISCO_TYPE);
  xmpp_node_set (identity, "name", IM_DISCO_NAME);
  for (guint i = 0; i < features->len; i++)
    xmpp_node_set (xmpp_node_add (query, "feature", XMPP_NS_DISCO_INFO), "var", features->pdata[i]);
}

/**
 * im_disco_dup_ver_by:
 * @query: a disco#info query with its answer
 * @type: what is claimed to have made it
 *
 * Returns: (transfer full) (nullable): the verification string in base64; NULL: ill-formed
 * Spec: XEP-0115 5.1, 5.4
 */
char *
im_disco_dup_ver_by (const XmppNode *query, GChecksumType type)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GChecksum) checksum = g_checksum_new (type);
  guint8 digest[64];
  gsize length = sizeof digest;

  if (!append_identities (text, query) || !append_features (text, query) ||
      !append_forms (text, query))
    return NULL;
  g_checksum_update (checksum, (const guchar *) text->str, (gssize) text->len);
  g_checksum_get_digest (checksum, digest, &length);
  return g_base64_encode (digest, length);
}

/** im_disco_dup_ver: @query: a disco#info query with its answer. Returns: (transfer full)
 * (nullable): the same, by SHA-1 */
char *
im_disco_dup_ver (const XmppNode *query)
{
  return im_disco_dup_ver_by (query, G_CHECKSUM_SHA1);
}

/** im_disco_dup_own_ver: Returns: (transfer full): of what we answer ourselves */
char *
im_disco_dup_own_ver (ImAccount *account)
{
  g_autoptr (XmppNode) query = xmpp_node_new ("query", XMPP_NS_DISCO_INFO);

  im_disco_fill (account, query);
  return im_disco_dup_ver (query);
}

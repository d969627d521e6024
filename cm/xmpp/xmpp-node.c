/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-node.c: XML elements, read and built. RFC 6120 11, Namespaces in XML 1.0 */
#include "config.h"

#include "xmpp/xmpp-node.h"

#include <string.h>

#include "xmpp/xmpp-node-private.h"
#include "xmpp/xmpp-ns.h"

G_DEFINE_BOXED_TYPE (XmppNode, xmpp_node, xmpp_node_ref, xmpp_node_unref)

static gboolean
find_attribute (const XmppNode *self, const char *name, const char *ns, XmppAttribute *attribute)
{
  char *at = NULL;

  while (xmpp_node_next_attribute (self, at, attribute))
    {
      if (strcmp (attribute->name, name) == 0 && strcmp (attribute->ns, ns) == 0)
        return TRUE;
      at = attribute->end;
    }
  return FALSE;
}

/* Makes a tree of one element.
 * @name: element name, valid by XML; @ns: namespace, "" or NULL for none
 * Returns: (transfer full). */
XmppNode *
xmpp_node_new (const char *name, const char *ns)
{
  XmppNode *self;

  g_return_val_if_fail (name != NULL, NULL);
  self = xmpp_tree_add_node (xmpp_tree_new (), name);
  if (ns != NULL && *ns != '\0')
    self->ns = xmpp_tree_copy (self->tree, ns, strlen (ns));
  return self;
}

/* Copies an element with all that is in it.
 * Returns: (transfer full): the root of a new tree. */
XmppNode *
xmpp_node_dup (const XmppNode *self)
{
  XmppNode *copy;

  g_return_val_if_fail (self != NULL, NULL);
  copy = xmpp_tree_add_node (xmpp_tree_new (), self->name);
  xmpp_node_copy_into (copy, self);
  return copy;
}

XmppNode *
xmpp_node_ref (XmppNode *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_atomic_ref_count_inc (&self->tree->ref_count);
  return self;
}

/* Lets the tree go; it is freed with the last reference to any of its nodes. Any thread. */
void
xmpp_node_unref (XmppNode *self)
{
  g_return_if_fail (self != NULL);
  if (g_atomic_ref_count_dec (&self->tree->ref_count))
    xmpp_tree_free (self->tree);
}

/* Adds a last child.
 * @ns: (nullable): NULL takes the parent's
 * Returns: (transfer none). */
XmppNode *
xmpp_node_add (XmppNode *self, const char *name, const char *ns)
{
  XmppNode *child;

  g_return_val_if_fail (self != NULL && name != NULL, NULL);
  child = xmpp_node_build_child (self, name);
  if (ns == NULL || strcmp (ns, self->ns) == 0)
    child->ns = self->ns;
  else if (*ns != '\0')
    child->ns = xmpp_tree_copy (self->tree, ns, strlen (ns));
  return child;
}

/* Adds a last child with text.
 * @ns: (nullable): NULL takes the parent's; @text: (nullable): UTF-8
 * Returns: (transfer none). */
XmppNode *
xmpp_node_add_with_text (XmppNode *self, const char *name, const char *ns, const char *text)
{
  XmppNode *child = xmpp_node_add (self, name, ns);

  if (child != NULL && text != NULL)
    xmpp_node_add_text (child, text);
  return child;
}

/* Adds a copy of `child`, from any tree, as last child.
 * Returns: (transfer none): the copy. */
XmppNode *
xmpp_node_add_copy (XmppNode *self, const XmppNode *child)
{
  g_autoptr (XmppNode) detached = NULL;
  XmppNode *copy;

  g_return_val_if_fail (self != NULL && child != NULL, NULL);
  /* Copying an ancestor into its own descendant would never end. */
  if (child->tree == self->tree)
    child = detached = xmpp_node_dup (child);
  copy = xmpp_node_build_child (self, child->name);
  xmpp_node_copy_into (copy, child);
  return copy;
}

/* Adds text behind all that is in the element. */
void
xmpp_node_add_text (XmppNode *self, const char *text)
{
  g_return_if_fail (self != NULL && text != NULL);
  if (*text != '\0')
    xmpp_node_build_text (self, text, strlen (text));
}

/* Sets or, with NULL, removes an attribute.
 * @name: an attribute without namespace, or "xml:lang". */
void
xmpp_node_set (XmppNode *self, const char *name, const char *value)
{
  const char *ns = "";
  XmppAttribute attribute;

  g_return_if_fail (self != NULL && name != NULL);
  if (g_str_has_prefix (name, "xml:"))
    {
      ns = XMPP_NS_XML;
      name += 4;
    }
  if (find_attribute (self, name, ns, &attribute))
    {
      if (value != NULL && strcmp (attribute.value, value) == 0)
        return;
      xmpp_node_remove_attribute (self, &attribute);
    }
  if (value != NULL)
    xmpp_node_append_attribute (self, ns, name, value, strlen (value));
}

const char *
xmpp_node_get_name (const XmppNode *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->name;
}

/* Returns: (transfer none): "" for none. */
const char *
xmpp_node_get_ns (const XmppNode *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->ns;
}

/* Whether it is that element.
 * @name: (nullable): any; @ns: (nullable): any. */
gboolean
xmpp_node_is (const XmppNode *self, const char *name, const char *ns)
{
  g_return_val_if_fail (self != NULL, FALSE);
  return (name == NULL || strcmp (self->name, name) == 0) &&
         (ns == NULL || strcmp (self->ns, ns) == 0);
}

/* Reads an attribute.
 * @name: an attribute without namespace, or "xml:lang"
 * Returns: (transfer none) (nullable): NULL when it is absent. */
const char *
xmpp_node_get (const XmppNode *self, const char *name)
{
  g_return_val_if_fail (self != NULL && name != NULL, NULL);
  if (g_str_has_prefix (name, "xml:"))
    return xmpp_node_get_with_ns (self, name + 4, XMPP_NS_XML);
  return xmpp_node_get_with_ns (self, name, "");
}

/* Reads an attribute that has a namespace ("" for none).
 * Returns: (transfer none) (nullable): NULL when it is absent. */
const char *
xmpp_node_get_with_ns (const XmppNode *self, const char *name, const char *ns)
{
  XmppAttribute attribute;

  g_return_val_if_fail (self != NULL && name != NULL && ns != NULL, NULL);
  return find_attribute (self, name, ns, &attribute) ? attribute.value : NULL;
}

/* The text directly in the element, without that of its children.
 * Returns: (transfer none): "" for none. */
const char *
xmpp_node_get_text (const XmppNode *self)
{
  XmppNode *cache = (XmppNode *) self; /* the only thing that reading changes */
  size_t length;
  char *at;

  g_return_val_if_fail (self != NULL, NULL);
  if (!self->has_tails)
    return self->text != NULL ? self->text : "";
  if (self->joined != NULL)
    return self->joined;
  length = self->text != NULL ? strlen (self->text) : 0;
  for (const XmppNode *child = self->first; child != NULL; child = child->next)
    length += child->tail != NULL ? strlen (child->tail) : 0;
  cache->joined = at = xmpp_tree_alloc (self->tree, length + 1);
  at = g_stpcpy (at, self->text != NULL ? self->text : "");
  for (const XmppNode *child = self->first; child != NULL; child = child->next)
    at = child->tail != NULL ? g_stpcpy (at, child->tail) : at;
  return self->joined;
}

/* The text of the first matching child; `name` or `ns` NULL: any.
 * Returns: (transfer none) (nullable): NULL when there is no such child. */
const char *
xmpp_node_get_child_text (const XmppNode *self, const char *name, const char *ns)
{
  XmppNode *child = xmpp_node_find (self, name, ns);

  return child != NULL ? xmpp_node_get_text (child) : NULL;
}

XmppNode *
xmpp_node_get_parent (const XmppNode *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->parent;
}

XmppNode *
xmpp_node_get_first (const XmppNode *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->first;
}

XmppNode *
xmpp_node_get_next (const XmppNode *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->next;
}

/* The first child of that name; `name` or `ns` NULL: any.
 * Returns: (transfer none) (nullable). */
XmppNode *
xmpp_node_find (const XmppNode *self, const char *name, const char *ns)
{
  g_return_val_if_fail (self != NULL, NULL);
  for (XmppNode *child = self->first; child != NULL; child = child->next)
    if (xmpp_node_is (child, name, ns))
      return child;
  return NULL;
}

/* The next such element among later siblings.
 * Returns: (transfer none) (nullable). */
XmppNode *
xmpp_node_find_next (const XmppNode *self, const char *name, const char *ns)
{
  g_return_val_if_fail (self != NULL, NULL);
  for (XmppNode *node = self->next; node != NULL; node = node->next)
    if (xmpp_node_is (node, name, ns))
      return node;
  return NULL;
}

guint
xmpp_node_get_n_children (const XmppNode *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->n_children;
}

/** xmpp_node_set_secret: there is a password somewhere in the tree */
void
xmpp_node_set_secret (XmppNode *self)
{
  self->tree->is_secret = TRUE;
}

/** xmpp_node_is_secret: Returns: whether what is made of it is to be wiped */
gboolean
xmpp_node_is_secret (const XmppNode *self)
{
  return self->tree->is_secret;
}

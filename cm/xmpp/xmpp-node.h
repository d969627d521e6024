/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-node.h: one XML element and what is in it. A whole tree lives in one arena: made and freed
 * without recursion */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define XMPP_TYPE_NODE (xmpp_node_get_type ())

/* A node is owned by its tree; the tree is kept alive by references to its root. Names, namespaces
 * and texts are copied into the tree; nothing is interned. Not thread-safe, but a tree may be
 * handed over. */
typedef struct _XmppNode XmppNode;

GType xmpp_node_get_type (void);

/* A new tree. */
XmppNode *xmpp_node_new (const char *name, const char *ns) G_GNUC_WARN_UNUSED_RESULT;
/* Parses one element, within the default limits; for the store and for tests. */
XmppNode *
xmpp_node_new_from_xml (const char *xml, gssize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A new tree with a copy of self (any node) as its root. */
XmppNode *xmpp_node_dup (const XmppNode *self) G_GNUC_WARN_UNUSED_RESULT;
/* Any node may be referenced: the whole tree lives on. */
XmppNode *xmpp_node_ref (XmppNode *self) G_GNUC_WARN_UNUSED_RESULT;
void xmpp_node_unref (XmppNode *self);

/* Building. `ns` NULL takes the parent's. All return borrowed nodes of the same tree. */
XmppNode *xmpp_node_add (XmppNode *self, const char *name, const char *ns);
XmppNode *
xmpp_node_add_with_text (XmppNode *self, const char *name, const char *ns, const char *text);
XmppNode *xmpp_node_add_copy (XmppNode *self, const XmppNode *child);
void xmpp_node_add_text (XmppNode *self, const char *text);
/* Sets an attribute without namespace, or "xml:lang"; NULL removes it. */
void xmpp_node_set (XmppNode *self, const char *name, const char *value);

/* Reading. Everything returned is borrowed. */
const char *xmpp_node_get_name (const XmppNode *self);
const char *xmpp_node_get_ns (const XmppNode *self); /* "" for none */
gboolean xmpp_node_is (const XmppNode *self, const char *name, const char *ns);
const char *xmpp_node_get (const XmppNode *self, const char *name); /* NULL: absent */
const char *xmpp_node_get_with_ns (const XmppNode *self, const char *name, const char *ns);
/* The text directly in the element, in order, without that of its children; "" for none. */
const char *xmpp_node_get_text (const XmppNode *self);
/* Of the first matching child; NULL when there is none. */
const char *xmpp_node_get_child_text (const XmppNode *self, const char *name, const char *ns);
XmppNode *xmpp_node_get_parent (const XmppNode *self);
XmppNode *xmpp_node_get_first (const XmppNode *self); /* first child element */
XmppNode *xmpp_node_get_next (const XmppNode *self); /* next sibling element */
/* First child of that name; `name` or `ns` NULL: any. */
XmppNode *xmpp_node_find (const XmppNode *self, const char *name, const char *ns);
XmppNode *xmpp_node_find_next (const XmppNode *self,
                               const char *name,
                               const char *ns); /* among later siblings */
guint xmpp_node_get_n_children (const XmppNode *self);

/* Writes XML without recursion. `context_ns` is the default namespace in force (NULL: none).
 * Characters that XML 1.0 forbids are left out; the result is always well-formed UTF-8. */
void xmpp_node_append_xml (const XmppNode *self, GString *out, const char *context_ns);
char *xmpp_node_to_xml (const XmppNode *self) G_GNUC_WARN_UNUSED_RESULT;
gboolean xmpp_node_equal (const XmppNode *a, const XmppNode *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppNode, xmpp_node_unref)

/* The tree holds a password: its memory, and that of what is written of it, is wiped. */
void xmpp_node_set_secret (XmppNode *self);
gboolean xmpp_node_is_secret (const XmppNode *self);

G_END_DECLS

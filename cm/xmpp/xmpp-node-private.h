/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-node-private.h: inside of a tree, for the files of XmppNode and for the parser */
#pragma once

#include "xmpp/xmpp-node.h"

G_BEGIN_DECLS

typedef struct _XmppChunk XmppChunk;
struct _XmppChunk
{
  XmppChunk *next;
  size_t bytes;
};

typedef struct
{
  XmppChunk chunk; /* the first one: the tree lives in it */
  gatomicrefcount ref_count;
  size_t chunk_bytes; /* of the newest one */
  char *at;
  char *end;
  gboolean is_secret;
} XmppTree;

struct _XmppNode
{
  XmppTree *tree;
  XmppNode *parent;
  XmppNode *first;
  XmppNode *last;
  XmppNode *next;
  const char *name;
  const char *ns;
  char *attributes; /* packed: kind, [namespace pointer], name, NUL, value, NUL */
  char *text; /* before the first child; NULL: none */
  char *tail; /* between this element's end and what follows in its parent; NULL: none */
  char *joined; /* the text with all children's tails; NULL: not asked for */
  guint32 attributes_bytes;
  guint n_children : 31;
  guint has_tails : 1; /* a child has a tail */
};

/* Before each packed attribute. */
enum
{
  XMPP_ATTRIBUTE_PLAIN,
  XMPP_ATTRIBUTE_XML, /* xml:lang */
  XMPP_ATTRIBUTE_NS, /* a pointer to the namespace follows */
};

/* One attribute, unpacked. */
typedef struct
{
  const char *ns;
  const char *name;
  const char *value;
  char *start;
  char *end;
} XmppAttribute;

XmppTree *xmpp_tree_new (void);
void xmpp_tree_free (XmppTree *tree);
char *xmpp_tree_alloc (XmppTree *tree, size_t size);
char *xmpp_tree_copy (XmppTree *tree, const char *text, size_t length);
XmppNode *xmpp_tree_add_node (XmppTree *tree, const char *name);

/* Unpacks the attribute behind the one that ends `at` (NULL: the first). FALSE: there is none. */
gboolean xmpp_node_next_attribute (const XmppNode *self, char *at, XmppAttribute *attribute);
void xmpp_node_remove_attribute (XmppNode *self, const XmppAttribute *attribute);
void xmpp_node_append_attribute (
    XmppNode *self, const char *ns, const char *name, const char *value, size_t value_length);
/* Fills `to`, a new and empty node, from `from`. */
void xmpp_node_copy_into (XmppNode *to, const XmppNode *from);
/* A new tree of the element and its attributes alone. */
XmppNode *xmpp_node_dup_start (const XmppNode *self) G_GNUC_WARN_UNUSED_RESULT;

/* Namespaces already copied into one tree, by the address of the original. Exact, so that a long
 * namespace that is used by ten thousand elements is still stored once. */
typedef struct
{
  const void *from[16];
  const char *to[16];
  guint n;
  GHashTable *more; /* (owned, nullable) the same, from the 17th on */
} XmppNsMap;

void xmpp_ns_map_clear (XmppNsMap *self);
/* The copy of `ns` in the tree of `node`; made when it is met for the first time. */
const char *xmpp_ns_map_get (XmppNsMap *self, XmppNode *node, const char *ns);

/* A new root, respectively child, whose namespace is still to be set with xmpp_node_take_ns (). */
XmppNode *xmpp_node_build_root (const char *name);
XmppNode *xmpp_node_build_child (XmppNode *parent, const char *name);
/* `ns` must live in the node's tree or be a constant. */
void xmpp_node_build_ns (XmppNode *self, const char *ns);
/* Room for `count` attributes of `size_bytes` together, names and values; then exactly those. */
void xmpp_node_build_attributes (XmppNode *self, guint count, guint n_with_ns, size_t size_bytes);
void xmpp_node_build_attribute (
    XmppNode *self, const char *ns, const char *name, const char *value, size_t value_length);
void xmpp_node_build_text (XmppNode *self, const char *text, size_t length);

G_END_DECLS

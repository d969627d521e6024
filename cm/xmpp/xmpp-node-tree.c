/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-node-tree.c: the arena that a tree of XML elements lives in, and how elements are put there
 *
 * What a tree takes must stay in proportion to the bytes that it was made of, whoever sent them:
 * attributes are packed, namespaces are stored once, and nothing recurses. */
#include "config.h"

#include "xmpp/xmpp-node-private.h"

#include <string.h>

#include "xmpp/xmpp-ns.h"

#define FIRST_CHUNK_BYTES 1008
#define MAX_CHUNK_BYTES (64 * 1024)
#define ALIGNMENT sizeof (void *)

XmppTree *
xmpp_tree_new (void)
{
  XmppTree *tree = g_malloc (FIRST_CHUNK_BYTES);

  tree->chunk.next = NULL;
  tree->chunk.bytes = FIRST_CHUNK_BYTES;
  tree->is_secret = FALSE;
  tree->chunk_bytes = FIRST_CHUNK_BYTES;
  tree->at = (char *) (tree + 1);
  tree->end = (char *) tree + FIRST_CHUNK_BYTES;
  g_atomic_ref_count_init (&tree->ref_count);
  return tree;
}

void
xmpp_tree_free (XmppTree *tree)
{
  XmppChunk *chunk = &tree->chunk;
  gboolean is_secret = tree->is_secret;

  /* The first is the tree itself. */
  while (chunk != NULL)
    {
      XmppChunk *next = chunk->next;

      if (is_secret)
        explicit_bzero (chunk, chunk->bytes);
      g_free (chunk);
      chunk = next;
    }
}

/* Something long gets a chunk of its own, so that little of a chunk is ever wasted. */
static char *
tree_alloc_slow (XmppTree *tree, size_t size)
{
  gboolean own = size > MAX_CHUNK_BYTES / 4;
  size_t bytes = own ? size + sizeof (XmppChunk) : MIN (tree->chunk_bytes * 2, MAX_CHUNK_BYTES);
  XmppChunk *chunk;
  char *start;

  if (bytes < size + sizeof (XmppChunk))
    bytes = MAX_CHUNK_BYTES;
  chunk = g_malloc (bytes);
  chunk->next = tree->chunk.next;
  chunk->bytes = bytes;
  tree->chunk.next = chunk;
  start = (char *) (chunk + 1);
  if (!own)
    {
      tree->chunk_bytes = bytes;
      tree->at = start + size;
      tree->end = (char *) chunk + bytes;
    }
  return start;
}

char *
xmpp_tree_alloc (XmppTree *tree, size_t size)
{
  char *start = tree->at;

  if (G_UNLIKELY (size > (size_t) (tree->end - start)))
    return tree_alloc_slow (tree, size);
  tree->at = start + size;
  return start;
}

static void *
tree_alloc_aligned (XmppTree *tree, size_t size)
{
  size_t over = (guintptr) tree->at % ALIGNMENT;

  if (over != 0 && (size_t) (tree->end - tree->at) >= ALIGNMENT)
    tree->at += ALIGNMENT - over;
  else if (over != 0)
    tree->at = tree->end = NULL;
  return xmpp_tree_alloc (tree, size);
}

char *
xmpp_tree_copy (XmppTree *tree, const char *text, size_t length)
{
  char *copy = xmpp_tree_alloc (tree, length + 1);

  memcpy (copy, text, length);
  copy[length] = '\0';
  return copy;
}

XmppNode *
xmpp_tree_add_node (XmppTree *tree, const char *name)
{
  XmppNode *self = tree_alloc_aligned (tree, sizeof *self);

  memset (self, 0, sizeof *self);
  self->tree = tree;
  self->name = xmpp_tree_copy (tree, name, strlen (name));
  self->ns = "";
  return self;
}

/* Adds `text` behind what is there. Room at the end of the arena is used in place. */
static char *
append_text (XmppTree *tree, char *old, const char *text, size_t length)
{
  size_t old_length = old != NULL ? strlen (old) : 0;
  char *joined;

  if (old != NULL && old + old_length + 1 == tree->at && (size_t) (tree->end - tree->at) >= length)
    {
      memcpy (old + old_length, text, length);
      old[old_length + length] = '\0';
      tree->at += length;
      return old;
    }
  joined = xmpp_tree_alloc (tree, old_length + length + 1);
  if (old_length > 0)
    memcpy (joined, old, old_length);
  memcpy (joined + old_length, text, length);
  joined[old_length + length] = '\0';
  return joined;
}

gboolean
xmpp_node_next_attribute (const XmppNode *self, char *at, XmppAttribute *attribute)
{
  if (at == NULL)
    at = self->attributes;
  if (at == NULL || at >= self->attributes + self->attributes_bytes)
    return FALSE;
  attribute->start = at;
  attribute->ns = "";
  if (*at == XMPP_ATTRIBUTE_XML)
    attribute->ns = XMPP_NS_XML;
  else if (*at == XMPP_ATTRIBUTE_NS)
    {
      memcpy (&attribute->ns, at + 1, sizeof attribute->ns);
      at += sizeof attribute->ns;
    }
  attribute->name = ++at;
  attribute->value = at + strlen (at) + 1;
  attribute->end = (char *) attribute->value + strlen (attribute->value) + 1;
  return TRUE;
}

void
xmpp_node_remove_attribute (XmppNode *self, const XmppAttribute *attribute)
{
  size_t before = attribute->start - self->attributes;
  size_t after = self->attributes + self->attributes_bytes - attribute->end;
  char *packed = xmpp_tree_alloc (self->tree, before + after + 1);

  /* A copy: values that were lent stay where they are. */
  memcpy (packed, self->attributes, before);
  memcpy (packed + before, attribute->end, after);
  self->attributes = packed;
  self->attributes_bytes = before + after;
}

void
xmpp_node_append_attribute (
    XmppNode *self, const char *ns, const char *name, const char *value, size_t value_length)
{
  int kind = ns == NULL || *ns == '\0'       ? XMPP_ATTRIBUTE_PLAIN
             : strcmp (ns, XMPP_NS_XML) == 0 ? XMPP_ATTRIBUTE_XML
                                             : XMPP_ATTRIBUTE_NS;
  size_t name_length = strlen (name);
  size_t size =
      1 + (kind == XMPP_ATTRIBUTE_NS ? sizeof ns : 0) + name_length + 1 + value_length + 1;
  XmppTree *tree = self->tree;
  char *at;

  if (self->attributes != NULL && self->attributes + self->attributes_bytes == tree->at &&
      (size_t) (tree->end - tree->at) >= size)
    tree->at += size;
  else
    {
      char *packed = xmpp_tree_alloc (tree, self->attributes_bytes + size);

      if (self->attributes_bytes > 0)
        memcpy (packed, self->attributes, self->attributes_bytes);
      self->attributes = packed;
    }
  at = self->attributes + self->attributes_bytes;
  *at++ = kind;
  if (kind == XMPP_ATTRIBUTE_NS)
    {
      memcpy (at, &ns, sizeof ns);
      at += sizeof ns;
    }
  memcpy (at, name, name_length + 1);
  at += name_length + 1;
  memcpy (at, value, value_length);
  at[value_length] = '\0';
  self->attributes_bytes += size;
}

/* Copies the start tag. */
static void
copy_start (XmppNode *to, const XmppNode *from, XmppNsMap *map)
{
  XmppAttribute attribute;
  char *at = NULL;

  to->ns = *from->ns == '\0' ? "" : xmpp_ns_map_get (map, to, from->ns);
  if (from->attributes_bytes > 0)
    to->attributes = xmpp_tree_alloc (to->tree, from->attributes_bytes);
  while (xmpp_node_next_attribute (from, at, &attribute))
    {
      size_t size = attribute.end - attribute.start;
      char *packed = to->attributes + to->attributes_bytes;

      memcpy (packed, attribute.start, size);
      if (*attribute.start == XMPP_ATTRIBUTE_NS)
        {
          attribute.ns = xmpp_ns_map_get (map, to, attribute.ns);
          memcpy (packed + 1, &attribute.ns, sizeof attribute.ns);
        }
      to->attributes_bytes += size;
      at = attribute.end;
    }
}

static void
copy_text (XmppNode *to, const XmppNode *from)
{
  if (from->text != NULL)
    to->text = xmpp_tree_copy (to->tree, from->text, strlen (from->text));
}

/* Fills `to`, a new and empty node, from `from`. */
void
xmpp_node_copy_into (XmppNode *to, const XmppNode *from)
{
  XmppNsMap map = { .n = 0 };
  const XmppNode *source = from;
  XmppNode *target = to;

  copy_start (target, source, &map);
  copy_text (target, source);
  while (TRUE)
    {
      if (source->first != NULL)
        {
          source = source->first;
          target = xmpp_node_build_child (target, source->name);
        }
      else
        {
          while (source != from && source->next == NULL)
            {
              source = source->parent;
              target = target->parent;
            }
          if (source == from)
            break;
          source = source->next;
          target = xmpp_node_build_child (target->parent, source->name);
        }
      copy_start (target, source, &map);
      copy_text (target, source);
      if (source->tail != NULL)
        {
          target->tail = xmpp_tree_copy (target->tree, source->tail, strlen (source->tail));
          target->parent->has_tails = TRUE;
        }
    }
  xmpp_ns_map_clear (&map);
}

XmppNode *
xmpp_node_dup_start (const XmppNode *self)
{
  XmppNode *copy = xmpp_tree_add_node (xmpp_tree_new (), self->name);
  XmppNsMap map = { .n = 0 };

  copy_start (copy, self, &map);
  xmpp_ns_map_clear (&map);
  return copy;
}

void
xmpp_ns_map_clear (XmppNsMap *self)
{
  self->n = 0;
  g_clear_pointer (&self->more, g_hash_table_unref);
}

const char *
xmpp_ns_map_get (XmppNsMap *self, XmppNode *node, const char *ns)
{
  const char *copy;

  for (guint i = 0; i < self->n; i++)
    if (self->from[i] == ns)
      return self->to[i];
  if (self->more != NULL)
    {
      copy = g_hash_table_lookup (self->more, ns);
      if (copy != NULL)
        return copy;
    }
  copy = xmpp_tree_copy (node->tree, ns, strlen (ns));
  if (self->n < G_N_ELEMENTS (self->from))
    {
      self->from[self->n] = ns;
      self->to[self->n++] = copy;
      return copy;
    }
  if (self->more == NULL)
    self->more = g_hash_table_new (NULL, NULL);
  g_hash_table_insert (self->more, (gpointer) ns, (gpointer) copy);
  return copy;
}

XmppNode *
xmpp_node_build_root (const char *name)
{
  return xmpp_tree_add_node (xmpp_tree_new (), name);
}

XmppNode *
xmpp_node_build_child (XmppNode *parent, const char *name)
{
  XmppNode *self = xmpp_tree_add_node (parent->tree, name);

  self->parent = parent;
  if (parent->last != NULL)
    parent->last->next = self;
  else
    parent->first = self;
  parent->last = self;
  parent->n_children++;
  return self;
}

void
xmpp_node_build_ns (XmppNode *self, const char *ns)
{
  self->ns = ns;
}

void
xmpp_node_build_attributes (XmppNode *self, guint count, guint n_with_ns, size_t size_bytes)
{
  size_t size = size_bytes + count * 3 + n_with_ns * sizeof (char *);
  char *start = xmpp_tree_alloc (self->tree, size);

  self->attributes = start;
  self->attributes_bytes = 0;
}

/* Writes into the room that xmpp_node_build_attributes () has made. */
void
xmpp_node_build_attribute (
    XmppNode *self, const char *ns, const char *name, const char *value, size_t value_length)
{
  int kind = ns == NULL                      ? XMPP_ATTRIBUTE_PLAIN
             : strcmp (ns, XMPP_NS_XML) == 0 ? XMPP_ATTRIBUTE_XML
                                             : XMPP_ATTRIBUTE_NS;
  size_t name_size = strlen (name) + 1;
  char *at = self->attributes + self->attributes_bytes;

  *at++ = kind;
  if (kind == XMPP_ATTRIBUTE_NS)
    {
      memcpy (at, &ns, sizeof ns);
      at += sizeof ns;
    }
  memcpy (at, name, name_size);
  at += name_size;
  memcpy (at, value, value_length);
  at[value_length] = '\0';
  self->attributes_bytes = at + value_length + 1 - self->attributes;
}

void
xmpp_node_build_text (XmppNode *self, const char *text, size_t length)
{
  if (self->last == NULL)
    self->text = append_text (self->tree, self->text, text, length);
  else
    {
      self->last->tail = append_text (self->tree, self->last->tail, text, length);
      self->has_tails = TRUE;
    }
  self->joined = NULL;
}

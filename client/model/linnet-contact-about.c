/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-contact-about.c: what the page of a contact shows beside the row of the list.
 *
 * It lives as long as the page does: the service is asked when it is made, and again when the
 * account comes online; until it goes it follows what the service tells. Nobody else pays for
 * it. */
#include "config.h"

#include "model/linnet-contact-about.h"

#include "model/linnet-connection-private.h"

#define RESOURCES CONNECTION ".Interface.Resources.DRAFT"
#define LOCATION CONNECTION ".Interface.Location"
#define PERSONAL "im.linnet.Personal1"

struct _LinnetContactAbout
{
  GObject parent_instance;

  LinnetContact *contact; /* (owned) */
  LinnetAccount *account; /* (owned) */
  GListStore *devices; /* (owned) LinnetDevice */
  GVariant *facts[LINNET_N_FACTS]; /* (owned) (nullable) */
  GCancellable *cancellable; /* (owned) of what was asked of one connection */
  char *path; /* (owned) (nullable) of the connection that was asked */
  guint32 handle; /* with that connection; 0: not known yet */
  guint signals;
};

static const char *const names[] = { "location", "mood", "activity", "tune" };

enum
{
  PROP_DEVICES = LINNET_N_FACTS + 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (LinnetContactAbout, linnet_contact_about, G_TYPE_OBJECT)

static void
set_fact (LinnetContactAbout *self, LinnetFact fact, GVariant *value)
{
  GVariant *new_value = value != NULL && g_variant_n_children (value) > 0 ? value : NULL;

  if (new_value == self->facts[fact] || (new_value != NULL && self->facts[fact] != NULL &&
                                         g_variant_equal (new_value, self->facts[fact])))
    return;
  g_clear_pointer (&self->facts[fact], g_variant_unref);
  self->facts[fact] = new_value != NULL ? g_variant_ref (new_value) : NULL;
  g_object_notify_by_pspec (G_OBJECT (self), props[fact + 1]);
}

/* a{sa{sv}}: all but the location; what is not there is said no more. */
static void
take_personal (LinnetContactAbout *self, GVariant *facts)
{
  for (guint i = LINNET_FACT_MOOD; i < LINNET_N_FACTS; i++)
    {
      g_autoptr (GVariant) value = g_variant_lookup_value (facts, names[i], G_VARIANT_TYPE_VARDICT);

      set_fact (self, i, value);
    }
}

/* Only those that are named change. */
static void
take_personal_changes (LinnetContactAbout *self, GVariant *facts)
{
  for (guint i = LINNET_FACT_MOOD; i < LINNET_N_FACTS; i++)
    {
      g_autoptr (GVariant) value = g_variant_lookup_value (facts, names[i], G_VARIANT_TYPE_VARDICT);

      if (value != NULL)
        set_fact (self, i, value);
    }
}

/* (transfer full) (nullable) */
static LinnetDevice *
steal_device (GPtrArray *known, const char *name)
{
  for (guint i = 0; i < known->len; i++)
    if (g_strcmp0 (linnet_device_get_name (known->pdata[i]), name) == 0)
      return g_ptr_array_steal_index (known, i);
  return NULL;
}

/* a{sa{sv}}, the best first: those that are still there stay the same objects. */
static void
take_devices (LinnetContactAbout *self, GVariant *resources)
{
  g_autoptr (GPtrArray) known = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func (g_object_unref);
  guint n_old = g_list_model_get_n_items (G_LIST_MODEL (self->devices));
  gboolean is_same = g_variant_n_children (resources) == n_old;
  GVariantIter iter;
  GVariant *attributes;
  const char *name;

  for (guint i = 0; i < n_old; i++)
    g_ptr_array_add (known, g_list_model_get_item (G_LIST_MODEL (self->devices), i));
  g_variant_iter_init (&iter, resources);
  for (guint i = 0; g_variant_iter_next (&iter, "{&s@a{sv}}", &name, &attributes); i++)
    {
      LinnetDevice *device = steal_device (known, name);
      g_autoptr (LinnetDevice) here = g_list_model_get_item (G_LIST_MODEL (self->devices), i);

      if (device == NULL)
        device = linnet_device_new (name);
      linnet_device_take_attributes (device, attributes);
      g_variant_unref (attributes);
      g_ptr_array_add (devices, device);
      is_same = is_same && here == device;
    }
  if (!is_same)
    g_list_store_splice (self->devices, 0, n_old, devices->pdata, devices->len);
}

/* The value of our contact in an a{uVALUE}; NULL: there is none. */
static GVariant *
dup_of_contact (LinnetContactAbout *self, GVariant *map)
{
  for (gsize i = 0; i < g_variant_n_children (map); i++)
    {
      g_autoptr (GVariant) entry = g_variant_get_child_value (map, i);
      g_autoptr (GVariant) key = g_variant_get_child_value (entry, 0);

      if (g_variant_get_uint32 (key) == self->handle)
        return g_variant_get_child_value (entry, 1);
    }
  return NULL;
}

static void
signal_cb (GDBusConnection *bus,
           const char *sender,
           const char *path,
           const char *interface,
           const char *member,
           GVariant *arguments,
           gpointer data)
{
  LinnetContactAbout *self = data;
  const GVariantType *type = g_variant_get_type (arguments);
  g_autoptr (GVariant) first = NULL;
  g_autoptr (GVariant) value = NULL;

  if (g_str_equal (member, "Changed") && g_str_equal (interface, PERSONAL) &&
      g_variant_type_equal (type, G_VARIANT_TYPE ("(a{sa{sa{sv}}})")))
    {
      first = g_variant_get_child_value (arguments, 0);
      value = g_variant_lookup_value (first, linnet_contact_get_address (self->contact),
                                      G_VARIANT_TYPE ("a{sa{sv}}"));
      if (value != NULL)
        take_personal_changes (self, value);
      return;
    }
  if (!g_variant_type_equal (type, G_VARIANT_TYPE ("(ua{sv})")) &&
      !g_variant_type_equal (type, G_VARIANT_TYPE ("(ua{sa{sv}})")))
    return;
  first = g_variant_get_child_value (arguments, 0);
  value = g_variant_get_child_value (arguments, 1);
  if (g_variant_get_uint32 (first) != self->handle)
    return;
  if (g_str_equal (member, "LocationUpdated") &&
      g_variant_is_of_type (value, G_VARIANT_TYPE_VARDICT))
    set_fact (self, LINNET_FACT_LOCATION, value);
  else if (g_str_equal (member, "ResourcesUpdated") &&
           g_variant_is_of_type (value, G_VARIANT_TYPE ("a{sa{sv}}")))
    take_devices (self, value);
}

/* The answer; NULL: there is none, which is a line in the log, or nobody waits for it. */
static GVariant *
finish (LinnetContactAbout *self, GObject *source, GAsyncResult *result, const char *what)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply != NULL)
    return g_variant_get_child_value (reply, 0);
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_debug ("%s: %s: %s", linnet_contact_get_address (self->contact), what, error->message);
  return NULL;
}

static void
personal_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetContactAbout) self = data;
  g_autoptr (GVariant) facts = finish (self, source, result, PERSONAL);

  if (facts != NULL)
    take_personal (self, facts);
}

static void
location_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetContactAbout) self = data;
  g_autoptr (GVariant) locations = finish (self, source, result, LOCATION);
  g_autoptr (GVariant) value = locations != NULL ? dup_of_contact (self, locations) : NULL;

  if (locations != NULL)
    set_fact (self, LINNET_FACT_LOCATION, value);
}

static void
resources_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetContactAbout) self = data;
  g_autoptr (GVariant) all = finish (self, source, result, RESOURCES);
  g_autoptr (GVariant) value = all != NULL ? dup_of_contact (self, all) : NULL;

  if (value != NULL)
    take_devices (self, value);
}

static void
leave (LinnetContactAbout *self)
{
  if (self->signals != 0)
    g_dbus_connection_signal_unsubscribe (self->account->bus, self->signals);
  self->signals = 0;
  self->handle = 0;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->path, g_free);
}

static void
ask (LinnetContactAbout *self,
     const char *interface,
     const char *method,
     GVariant *arguments,
     const char *reply,
     GAsyncReadyCallback callback)
{
  g_dbus_connection_call (self->account->bus, self->account->service_name, self->path, interface,
                          method, arguments, G_VARIANT_TYPE (reply),
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, self->cancellable, callback,
                          g_object_ref (self));
}

static void
handle_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetContactAbout) self = data;
  g_autoptr (GVariant) handles = NULL;
  g_autoptr (GError) error = NULL;
  guint32 handle = linnet_connection_ask_handle_finish (LINNET_CONNECTION (source), result, &error);

  if (self->account == NULL || LINNET_CONNECTION (source) != self->account->connection ||
      self->path == NULL)
    return;
  if (handle == 0)
    {
      g_debug ("%s: %s", linnet_contact_get_address (self->contact), error->message);
      return;
    }
  self->handle = handle;
  handles = g_variant_ref_sink (
      g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32, &handle, 1, sizeof handle));
  ask (self, RESOURCES, "GetResources", g_variant_new ("(@au)", handles), "(a{ua{sa{sv}}})",
       resources_cb);
  ask (self, LOCATION, "GetLocations", g_variant_new ("(@au)", handles), "(a{ua{sv}})",
       location_cb);
  ask (self, PERSONAL, "Get", g_variant_new ("(s)", linnet_contact_get_address (self->contact)),
       "(a{sa{sv}})", personal_cb);
}

/* Who is offline has no devices that we know of; what they said of themselves stays. The number
 * of a contact is another one with each connection. */
static void
follow (LinnetContactAbout *self)
{
  LinnetConnection *connection = self->account->connection;

  leave (self);
  if (linnet_account_get_state (self->account) != LINNET_CONNECTION_CONNECTED || connection == NULL)
    {
      g_list_store_remove_all (self->devices);
      return;
    }
  self->cancellable = g_cancellable_new ();
  self->path = g_strdup (linnet_connection_get_path (connection));
  self->signals = g_dbus_connection_signal_subscribe (
      self->account->bus, self->account->service_name, NULL, NULL, self->path, NULL,
      G_DBUS_SIGNAL_FLAGS_NONE, signal_cb, self, NULL);
  linnet_connection_ask_handle (connection, linnet_contact_get_address (self->contact), handle_cb,
                                g_object_ref (self));
}

static void
linnet_contact_about_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LinnetContactAbout *self = LINNET_CONTACT_ABOUT (object);

  if (id == PROP_DEVICES)
    g_value_set_object (value, self->devices);
  else if (id <= LINNET_N_FACTS)
    g_value_set_variant (value, self->facts[id - 1]);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
linnet_contact_about_dispose (GObject *object)
{
  LinnetContactAbout *self = LINNET_CONTACT_ABOUT (object);

  if (self->account != NULL)
    leave (self);
  g_clear_object (&self->contact);
  g_clear_object (&self->account);
  G_OBJECT_CLASS (linnet_contact_about_parent_class)->dispose (object);
}

static void
linnet_contact_about_finalize (GObject *object)
{
  LinnetContactAbout *self = LINNET_CONTACT_ABOUT (object);

  for (guint i = 0; i < LINNET_N_FACTS; i++)
    g_clear_pointer (&self->facts[i], g_variant_unref);
  g_clear_object (&self->devices);
  G_OBJECT_CLASS (linnet_contact_about_parent_class)->finalize (object);
}

static void
linnet_contact_about_class_init (LinnetContactAboutClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = linnet_contact_about_get_property;
  object_class->dispose = linnet_contact_about_dispose;
  object_class->finalize = linnet_contact_about_finalize;

  for (guint i = 0; i < LINNET_N_FACTS; i++)
    props[i + 1] = g_param_spec_variant (names[i], NULL, NULL, G_VARIANT_TYPE_VARDICT, NULL, flags);
  props[PROP_DEVICES] = g_param_spec_object ("devices", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
linnet_contact_about_init (LinnetContactAbout *self)
{
  self->devices = g_list_store_new (LINNET_TYPE_DEVICE);
}

/**
 * linnet_contact_about_new:
 * @contact: somebody in the contact list of an account
 *
 * Returns: (transfer full): an object that follows what the contact says and where they are there,
 *   for as long as it lives
 */
LinnetContactAbout *
linnet_contact_about_new (LinnetContact *contact)
{
  LinnetContactAbout *self = g_object_new (LINNET_TYPE_CONTACT_ABOUT, NULL);
  LinnetAccount *account = linnet_contact_get_account (contact);

  self->contact = g_object_ref (contact);
  if (account == NULL || account->bus == NULL)
    return self;
  self->account = g_object_ref (account);
  g_signal_connect_object (account, "notify::state", G_CALLBACK (follow), self, G_CONNECT_SWAPPED);
  follow (self);
  return self;
}

/**
 * linnet_contact_about_get_contact:
 * @self: an object of a contact
 *
 * Returns: (transfer none): the contact
 */
LinnetContact *
linnet_contact_about_get_contact (LinnetContactAbout *self)
{
  g_return_val_if_fail (LINNET_IS_CONTACT_ABOUT (self), NULL);
  return self->contact;
}

/**
 * linnet_contact_about_get_devices:
 * @self: an object of a contact
 *
 * Returns: (transfer none) (element-type LinnetDevice): their devices, the one that answers first
 */
GListModel *
linnet_contact_about_get_devices (LinnetContactAbout *self)
{
  g_return_val_if_fail (LINNET_IS_CONTACT_ABOUT (self), NULL);
  return G_LIST_MODEL (self->devices);
}

/**
 * linnet_contact_about_get_fact:
 * @self: an object of a contact
 * @fact: what
 *
 * Returns: (transfer none) (nullable): what the contact says of it, an a{sv} with the keys of
 *   im.linnet.Personal1 or of Telepathy's Location; %NULL where nothing is said
 */
GVariant *
linnet_contact_about_get_fact (LinnetContactAbout *self, LinnetFact fact)
{
  g_return_val_if_fail (LINNET_IS_CONTACT_ABOUT (self) && fact < LINNET_N_FACTS, NULL);
  return self->facts[fact];
}

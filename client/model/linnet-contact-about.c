/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-contact-about.c: what the page of a contact shows beside the row of the list. */
#include "config.h"

#include "model/linnet-contact-about.h"

#include "model/linnet-page-private.h"

#define RESOURCES CONNECTION ".Interface.Resources.DRAFT"
#define LOCATION CONNECTION ".Interface.Location"
#define PERSONAL "im.linnet.Personal1"
#define DISCOVERY "im.linnet.ServiceDiscovery1"

struct _LinnetContactAbout
{
  LinnetPage parent_instance;

  LinnetContact *contact; /* (owned) */
  GListStore *devices; /* (owned) LinnetDevice */
  GVariant *abilities; /* (owned) (nullable) a(sssasb), of devices that may not be there yet */
  GVariant *facts[LINNET_N_FACTS]; /* (owned) (nullable) */
  guint32 handle; /* with the connection; 0: not known yet */
  guint n_asked; /* answers that have not come */
};

static const char *const names[] = { "location", "mood", "activity", "tune" };

enum
{
  PROP_DEVICES = LINNET_N_FACTS + 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (LinnetContactAbout, linnet_contact_about, LINNET_TYPE_PAGE)

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

/* What each device can do. */
static void
spread_abilities (LinnetContactAbout *self)
{
  GListModel *devices = G_LIST_MODEL (self->devices);

  for (guint i = 0; self->abilities != NULL && i < g_list_model_get_n_items (devices); i++)
    {
      g_autoptr (LinnetDevice) device = g_list_model_get_item (devices, i);
      GVariantIter iter;
      const char *name, *program;
      GVariant *list;
      gboolean verified;

      g_variant_iter_init (&iter, self->abilities);
      while (g_variant_iter_loop (&iter, "(&s&s&s@asb)", &name, NULL, &program, &list, &verified))
        if (g_strcmp0 (name, linnet_device_get_name (device)) == 0)
          {
            g_autofree const char **features = g_variant_get_strv (list, NULL);

            linnet_device_take_abilities (device, program, features, verified);
          }
    }
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

static void ask_abilities (LinnetContactAbout *self);

static void
linnet_contact_about_signal (LinnetPage *page, const char *member, GVariant *arguments)
{
  LinnetContactAbout *self = LINNET_CONTACT_ABOUT (page);
  const GVariantType *type = g_variant_get_type (arguments);
  g_autoptr (GVariant) first = NULL;
  g_autoptr (GVariant) value = NULL;

  if (g_str_equal (member, "Changed") &&
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
    {
      take_devices (self, value);
      ask_abilities (self);
    }
}

/* The answer; NULL: there is none, which is a line in the log, or nobody waits for it. Not every
 * server has all of it: a page without is ready, too. */
static GVariant *
finish (LinnetContactAbout *self, GObject *source, GAsyncResult *result, const char *what)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return NULL;
  if (--self->n_asked == 0)
    linnet_page_set_ready (LINNET_PAGE (self));
  if (reply != NULL)
    return g_variant_get_child_value (reply, 0);
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
ask (LinnetContactAbout *self,
     const char *interface,
     const char *method,
     GVariant *arguments,
     const char *reply,
     GAsyncReadyCallback callback)
{
  linnet_page_call (LINNET_PAGE (self), interface, method, arguments, reply, callback,
                    g_object_ref (self));
  self->n_asked++;
}

static void
abilities_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetContactAbout) self = data;
  g_autoptr (GVariant) abilities = finish (self, source, result, DISCOVERY);

  if (abilities == NULL)
    return;
  g_clear_pointer (&self->abilities, g_variant_unref);
  self->abilities = g_steal_pointer (&abilities);
  spread_abilities (self);
}

static void
ask_abilities (LinnetContactAbout *self)
{
  ask (self, DISCOVERY, "Devices",
       g_variant_new ("(s)", linnet_contact_get_address (self->contact)), "(a(sssasb))",
       abilities_cb);
}

static void
handle_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetContactAbout) self = data;
  g_autoptr (GVariant) handles = NULL;
  GError *error = NULL;
  guint32 handle = linnet_connection_ask_handle_finish (LINNET_CONNECTION (source), result, &error);

  if (LINNET_CONNECTION (source) != linnet_page_get_connection (LINNET_PAGE (self)))
    {
      g_clear_error (&error);
      return;
    }
  if (handle == 0)
    {
      linnet_page_fail (LINNET_PAGE (self), error);
      return;
    }
  self->handle = handle;
  handles = g_variant_ref_sink (
      g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32, &handle, 1, sizeof handle));
  ask (self, RESOURCES, "GetResources", g_variant_new ("(@au)", handles), "(a{ua{sa{sv}}})",
       resources_cb);
  ask_abilities (self);
  ask (self, LOCATION, "GetLocations", g_variant_new ("(@au)", handles), "(a{ua{sv}})",
       location_cb);
  ask (self, PERSONAL, "Get", g_variant_new ("(s)", linnet_contact_get_address (self->contact)),
       "(a{sa{sv}})", personal_cb);
}

static void
linnet_contact_about_ask (LinnetPage *page)
{
  LinnetContactAbout *self = LINNET_CONTACT_ABOUT (page);

  linnet_connection_ask_handle (linnet_page_get_connection (page),
                                linnet_contact_get_address (self->contact), handle_cb,
                                g_object_ref (self));
}

/* Who is offline has no devices that we know of; what they said of themselves stays. The number
 * of a contact is another one with each connection. */
static void
linnet_contact_about_leave (LinnetPage *page)
{
  LinnetContactAbout *self = LINNET_CONTACT_ABOUT (page);

  self->handle = 0;
  self->n_asked = 0;
  g_clear_pointer (&self->abilities, g_variant_unref);
  g_list_store_remove_all (self->devices);
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
  g_clear_object (&LINNET_CONTACT_ABOUT (object)->contact);
  G_OBJECT_CLASS (linnet_contact_about_parent_class)->dispose (object);
}

static void
linnet_contact_about_finalize (GObject *object)
{
  LinnetContactAbout *self = LINNET_CONTACT_ABOUT (object);

  for (guint i = 0; i < LINNET_N_FACTS; i++)
    g_clear_pointer (&self->facts[i], g_variant_unref);
  g_clear_pointer (&self->abilities, g_variant_unref);
  g_clear_object (&self->devices);
  G_OBJECT_CLASS (linnet_contact_about_parent_class)->finalize (object);
}

static void
linnet_contact_about_class_init (LinnetContactAboutClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  LinnetPageClass *page_class = LINNET_PAGE_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  page_class->ask = linnet_contact_about_ask;
  page_class->leave = linnet_contact_about_leave;
  page_class->signal = linnet_contact_about_signal;
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

  self->contact = g_object_ref (contact);
  linnet_page_start (LINNET_PAGE (self), linnet_contact_get_account (contact));
  return self;
}

/**
 * linnet_contact_about_new_own:
 * @account: an account
 *
 * Returns: (transfer full): the same of its owner: what they say of themselves, and their devices
 */
LinnetContactAbout *
linnet_contact_about_new_own (LinnetAccount *account)
{
  g_autoptr (LinnetContact) self = linnet_contact_new (linnet_account_get_address (account));

  linnet_contact_set_account (self, account);
  return linnet_contact_about_new (self);
}

/**
 * linnet_fact_get_name:
 * @self: a fact
 *
 * Returns: what im.linnet.Personal1 and the properties of LinnetContactAbout call it
 */
const char *
linnet_fact_get_name (LinnetFact self)
{
  g_return_val_if_fail (self < LINNET_N_FACTS, NULL);
  return names[self];
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

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-login-params.c: what connection parameters mean to a login */

#include "im/im-login-params.h"

#include "im/im-parameters.h"

#define LANGUAGE_DEFAULT "en"

/* 0: as DNS, or custom, has it. The default is no more than nothing (Telepathy, Has_Default), where
 * it does not go with a server that was named. */
static guint16
read_port (GVariant *parameters, const char *server)
{
  g_autoptr (GVariant) port = g_variant_lookup_value (parameters, "port", G_VARIANT_TYPE_UINT16);
  g_autoptr (GVariant) usual = im_parameters_dup_default (im_parameters_find ("port"));

  if (port == NULL || (server == NULL && g_variant_equal (port, usual)))
    return 0;
  return g_variant_get_uint16 (port);
}

static char *
dup_text (GVariant *parameters, const char *name)
{
  g_autoptr (GVariant) value = im_parameters_dup (parameters, name);

  return value != NULL ? g_variant_dup_string (value, NULL) : NULL;
}

static char **
dup_texts (GVariant *parameters, const char *name)
{
  g_autoptr (GVariant) value = im_parameters_dup (parameters, name);

  return g_variant_dup_strv (value, NULL);
}

static gboolean
get_flag (GVariant *parameters, const char *name)
{
  g_autoptr (GVariant) value = im_parameters_dup (parameters, name);

  return g_variant_get_boolean (value);
}

/**
 * im_login_params_new:
 * @account: whose
 * @parameters: a{sv}, checked
 *
 * Returns: (transfer full): what a login needs, but for the password and what is remembered
 */
XmppLoginParams *
im_login_params_new (XmppJid *account, GVariant *parameters)
{
  XmppLoginParams *params = xmpp_login_params_new (account);
  g_autoptr (GVariant) proxy_port = im_parameters_dup (parameters, "https-proxy-port");

  params->certificate = dup_text (parameters, "client-certificate");
  params->certificate_key = dup_text (parameters, "client-certificate-key");
  params->resource = dup_text (parameters, "resource");
  params->server = dup_text (parameters, "server");
  params->port = read_port (parameters, params->server);
  params->proxy_server = dup_text (parameters, "https-proxy-server");
  params->proxy_port = proxy_port != NULL ? g_variant_get_uint16 (proxy_port) : 0;
  params->fallback_servers = dup_texts (parameters, "fallback-servers");
  params->direct_tls = get_flag (parameters, "old-ssl");
  params->require_encryption = get_flag (parameters, "require-encryption");
  params->ignore_certificate_errors = get_flag (parameters, "ignore-ssl-errors");
  params->extra_identities = dup_texts (parameters, "extra-certificate-identities");
  params->language = g_strdup (LANGUAGE_DEFAULT);
  return params;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-disco.h: what we are and can do, computed from the modules' constants. XEP-0030, XEP-0115 */
#pragma once

#include "im/im-account.h"

G_BEGIN_DECLS

/* Names this software in XEP-0115; never followed. */
#define IM_DISCO_NODE "https://linnet.im"
#define IM_DISCO_NAME "Linnet"
#define IM_DISCO_TYPE "pc" /* of the registrar */

/* Identity and features into a disco#info <query/>. */
void im_disco_fill (ImAccount *account, XmppNode *query);
/* Of any disco#info <query/>: base64 of its SHA-1 as XEP-0115 5.1 has it; NULL: ill-formed,
 * XEP-0115 5.4 point 3. */
char *im_disco_dup_ver (const XmppNode *query) G_GNUC_WARN_UNUSED_RESULT;
char *im_disco_dup_ver_by (const XmppNode *query, GChecksumType type) G_GNUC_WARN_UNUSED_RESULT;
/* Ours. */
char *im_disco_dup_own_ver (ImAccount *account) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* gallery-fill.h: people and what they say, for pictures */

#pragma once

#include "model/linnet-service.h"

LinnetConversation *gallery_fill (LinnetService *service,
                                  const char *state,
                                  guint n_accounts);
void gallery_say (LinnetConversation *conversation,
                  const char *scene);

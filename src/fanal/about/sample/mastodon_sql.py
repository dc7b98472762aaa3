"""What is asked of Mastodon's PostgreSQL, and nothing else is.

1. Tokens hold the one live signal: when each was last used, and from where; overwritten, at most
   once in 24 hours.
2. Log-ins have a row each.
3. Sessions keep the address of their log-in for as long as they live: it is true on the day they
   were made, and on no other. (A view of Mastodon's pairs it with the day of last use; it is not
   read.)
4. Time zone, language and age of each account.

Read in pages by id, so that no table is held whole. Times of Mastodon are UTC.
"""

from __future__ import annotations

from typing import Final

PAGE: Final = 50_000

#: 1. id, account, seconds since 1970, address, application
TOKENS: Final = """
SELECT t.id, u.account_id, CAST(extract(epoch FROM t.last_used_at) AS bigint),
  host(t.last_used_ip), CASE WHEN a.superapp THEN 'web' ELSE a.name END
FROM oauth_access_tokens AS t
JOIN users AS u ON u.id = t.resource_owner_id
LEFT JOIN oauth_applications AS a ON a.id = t.application_id
WHERE t.id > CAST(:after AS bigint)
  AND t.last_used_at >= to_timestamp(CAST(:since AS double precision)) AT TIME ZONE 'UTC'
  AND t.last_used_ip IS NOT NULL
ORDER BY t.id
LIMIT CAST(:page AS bigint)
"""

#: 2. the same columns
LOGINS: Final = """
SELECT l.id, u.account_id, CAST(extract(epoch FROM l.created_at) AS bigint), host(l.ip), NULL
FROM login_activities AS l
JOIN users AS u ON u.id = l.user_id
WHERE l.id > CAST(:after AS bigint) AND l.success AND l.ip IS NOT NULL
ORDER BY l.id
LIMIT CAST(:page AS bigint)
"""

#: 3. the same columns
SESSIONS: Final = """
SELECT s.id, u.account_id, CAST(extract(epoch FROM s.created_at) AS bigint), host(s.ip), NULL
FROM session_activations AS s
JOIN users AS u ON u.id = s.user_id
WHERE s.id > CAST(:after AS bigint) AND s.ip IS NOT NULL
ORDER BY s.id
LIMIT CAST(:page AS bigint)
"""

#: 4. id, account, time zone, locale, seconds since 1970
USERS: Final = """
SELECT u.id, u.account_id, u.time_zone, u.locale,
  CAST(extract(epoch FROM u.created_at) AS bigint)
FROM users AS u
WHERE u.id > CAST(:after AS bigint)
ORDER BY u.id
LIMIT CAST(:page AS bigint)
"""

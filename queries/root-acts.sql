-- title: What the root user did
-- step: 7
-- look for: anything at all: day to day nobody needs it; PasswordUpdated, CreateAccessKey and MFA changes are grave
SELECT time, account, name, outcome, source_address, user_agent, mfa, request
FROM events
WHERE identity_type = 'Root' AND invoked_by IS NULL
ORDER BY time

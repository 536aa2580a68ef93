-- title: Sign-ins to the console: who, from where, with a second factor or not
-- step: 11b
-- look for: success after failures, a country or hour that is not theirs, MFAUsed No, the root user
SELECT time, principal, outcome, json_get_str(additional, 'MFAUsed') AS mfa_used, source_address, user_agent,
       error_message
FROM events
WHERE source = 'signin.amazonaws.com' AND name IN ('ConsoleLogin', 'SwitchRole', 'PasswordRecoveryCompleted')
ORDER BY time

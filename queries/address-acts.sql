-- title: What was called from an address
-- step: 7
-- look for: which principals share the address: each of them is compromised until shown otherwise
-- param address: the address, or how it begins
SELECT principal, source, name, outcome, count(*) AS events, min(time) AS first, max(time) AS last
FROM events
WHERE starts_with(source_address, $address)
GROUP BY principal, source, name, outcome
ORDER BY first

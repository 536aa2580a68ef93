-- title: The timeline of what findings rest on
-- step: 7
-- look for: the first row: whatever came before it is how they got in; then gaps, and acts after you locked them out
-- param severity = medium: the least severity: informational, low, medium, high, critical
SELECT events.time, findings.severity, findings.detection, events.name, events.outcome, events.principal,
       events.source_address, events.region
FROM finding_events
JOIN findings ON findings.finding = finding_events.finding
JOIN events ON events.key = finding_events.key
WHERE findings.gravity >= CASE $severity WHEN 'critical' THEN 4 WHEN 'high' THEN 3 WHEN 'medium' THEN 2
                                         WHEN 'low' THEN 1 ELSE 0 END
ORDER BY events.time

// Adds to the page what plain markup can't do. Without this script the page still says everything but the
// cited events.

import "./report.css";
import { Events, readData } from "./data";
import { byId } from "./dom";
import { Findings } from "./findings";
import { setUpPrincipals } from "./principals";
import { setUpTheme } from "./theme";
import { Timeline } from "./timeline";

setUpTheme();
const data = readData();
if (data !== null) {
  const findings = new Findings(data, new Events(data.blocks));
  setUpPrincipals();
  const place = byId("timeline-body");
  if (place !== null && data.span !== null) {
    document.querySelectorAll<HTMLElement>(".needs-script").forEach((element) => (element.hidden = false));
    new Timeline(data, data.span, place, {
      open: (finding) => findings.open(finding),
      within: (window) => findings.within(window),
    });
  }
}

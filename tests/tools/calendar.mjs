// A second, independent reader of calendars: that of Thunderbird. From a file on its input to what it says, as JSON;
// moments by the clock of the zone that is named, of which Node knows by itself.

import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const clock = new Intl.DateTimeFormat("sv-SE", { timeZone: process.argv[2], dateStyle: "short", timeStyle: "short" });
const root = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));

const text = (part, name) => part.getFirstPropertyValue(name)?.toString() ?? "";
const time = (part, name) => {
  const found = part.getFirstPropertyValue(name);
  return found.isDate ? found.toString() : clock.format(found.toJSDate());
};
const person = (part, name) => {
  const found = part.getFirstProperty(name);
  return found ? [found.getFirstValue(), ...["partstat", "rsvp"].map((each) => found.getParameter(each) ?? "")] : [];
};

const events = root.getAllSubcomponents("vevent").map((each) => ({
  uid: text(each, "uid"),
  sequence: each.getFirstPropertyValue("sequence"),
  stamped: each.getFirstPropertyValue("dtstamp").toJSDate().toISOString(),
  zone: each.getFirstPropertyValue("dtstart").zone.tzid,
  begins: time(each, "dtstart"),
  ends: time(each, "dtend"),
  title: text(each, "summary"),
  about: text(each, "description"),
  place: text(each, "location"),
  link: text(each, "url"),
  status: text(each, "status"),
  organizer: person(each, "organizer"),
  guest: person(each, "attendee"),
  alarms: each.getAllSubcomponents("valarm").map((alarm) => text(alarm, "trigger")),
}));
console.log(JSON.stringify({ method: text(root, "method"), events }));

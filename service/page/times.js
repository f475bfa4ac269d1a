// Dates as people give them and as the service takes them.

const pad = (number) => String(number).padStart(2, "0");

export const today = () => dayOf(new Date());

export function dayOf(date) {
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}

export function timeZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return zone && zone !== "Etc/Unknown" ? zone : undefined;
}

// A day, or a day and an hour with the offset that this place has then.
export function asTime(day, hour) {
  return hour ? withOffset(new Date(`${day}T${hour}`)) : day;
}

export function withOffset(date) {
  const behind = date.getTimezoneOffset();
  const offset = `${behind > 0 ? "-" : "+"}${pad(Math.floor(Math.abs(behind) / 60))}:${pad(Math.abs(behind) % 60)}`;
  return `${dayOf(date)}T${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}${offset}`;
}

export const now = () => withOffset(new Date());

// The instant of an answer's time, or the start of a day.
export const instant = (time) => new Date(/T/.test(time) ? time : `${time}T00:00:00`);

const DAY = { day: "numeric", month: "long", year: "numeric" };

export function sayTime(time) {
  const date = instant(time);
  const isWholeDay = !/T/.test(time) || (date.getHours() === 0 && date.getMinutes() === 0);
  const form = isWholeDay ? { weekday: "long", ...DAY } : { weekday: "long", ...DAY, hour: "2-digit", minute: "2-digit" };
  return new Intl.DateTimeFormat("en-GB", form).format(date);
}

export function sayAway(time) {
  const days = Math.round((instant(dayOf(instant(time))) - instant(today())) / 86400000);
  if (days === 0) return "today";
  const form = new Intl.RelativeTimeFormat("en-GB", { numeric: "auto" });
  return Math.abs(days) < 21 ? form.format(days, "day") : form.format(Math.round(days / 7), "week");
}

export function sayHours(hours) {
  if (hours % 168 === 0) return hours === 168 ? "1 week" : `${hours / 168} weeks`;
  if (hours % 730 === 0) return hours === 730 ? "1 month" : `${hours / 730} months`;
  if (hours % 24 === 0 && hours > 48) return `${hours / 24} days`;
  return hours === 1 ? "1 hour" : `${hours} hours`;
}

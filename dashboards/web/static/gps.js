// The runner's speed from the phone's positions. Only the speed leaves the phone.

const EARTH_M = 6371000;
const EVERY_MS = 1000;
const WORST_M = 25; // a fix less sure than this tells no speed
const FASTEST_MPS = 12.5;

const rad = (degrees) => (degrees * Math.PI) / 180;

export function metres(a, b) {
  const [dLat, dLon] = [rad(b.latitude - a.latitude), rad(b.longitude - a.longitude)];
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(rad(a.latitude)) * Math.cos(rad(b.latitude)) * Math.sin(dLon / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.sqrt(h));
}

// Calls tell(speed) about once a second; returns a function that ends it.
export function watchSpeed(tell, refuse) {
  let last = null;
  let told = -Infinity;
  const watch = navigator.geolocation.watchPosition(
    ({ coords, timestamp }) => {
      const before = last;
      if (coords.accuracy > WORST_M) return;
      last = { coords, timestamp };
      const seconds = before && (timestamp - before.timestamp) / 1000;
      const speed = coords.speed ?? (seconds > 0 ? metres(before.coords, coords) / seconds : null);
      if (speed === null || speed > FASTEST_MPS || timestamp - told < EVERY_MS) return;
      told = timestamp;
      tell(speed);
    },
    (error) => refuse(error.message),
    { enableHighAccuracy: true, maximumAge: 0 },
  );
  return () => navigator.geolocation.clearWatch(watch);
}

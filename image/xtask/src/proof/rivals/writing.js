// Strokes of 40 points for a page's address `?strokes=n`: lines of waves over the window, none in the pen's colour.

const POINTS = 40;

export const wanted = Number(new URLSearchParams(location.search).get("strokes") ?? 0);

export function strokes(width, height) {
    const columns = Math.max(1, Math.floor(width / 36));
    const rows = Math.max(1, Math.floor(height / 34));
    return Array.from({ length: wanted }, (_, n) => {
        const lap = Math.floor(n / (columns * rows));
        const x = (n % columns) * 36 + ((lap * 7) % 30);
        const y = (Math.floor(n / columns) % rows) * 34 + ((lap * 5) % 28);
        const points = Array.from({ length: POINTS }, (_, step) => {
            const t = step / POINTS;
            return [26 * t, 9 * Math.sin(t * 9 + n)];
        });
        return { x, y, points };
    });
}

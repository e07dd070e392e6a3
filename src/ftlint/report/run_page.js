// The values under the pointer, below the curves.
addEventListener("DOMContentLoaded", () => {
  const data = JSON.parse(document.getElementById("points").textContent);
  const reading = document.getElementById("reading");
  const empty = reading.textContent;
  const near = (points, x) => {
    let low = 0, high = points.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (points[middle][0] <= x) low = middle; else high = middle;
    }
    return high < 0 ? null : Math.abs(points[low][0] - x) <= Math.abs(points[high][0] - x) ? points[low] : points[high];
  };
  const told = (value) => String(Number(value.toPrecision(4)));
  for (const svg of document.querySelectorAll("figure svg")) {
    const frame = data.frames[svg.classList.contains("narrow") ? "narrow" : "wide"];
    if (!frame) continue;
    const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
    line.setAttribute("class", "s-axis");
    line.setAttribute("stroke", "currentColor");
    svg.append(line);
    svg.addEventListener("pointermove", (event) => {
      const at = svg.createSVGPoint();
      at.x = event.clientX; at.y = event.clientY;
      const place = at.matrixTransform(svg.getScreenCTM().inverse());
      const share = (place.x - frame.left) / (frame.right - frame.left);
      if (share < 0 || share > 1) return;
      const x = frame.low + share * (frame.high - frame.low);
      line.setAttribute("d", `M${place.x} ${frame.top}V${frame.bottom}`);
      const parts = data.curves.map((curve) => {
        const point = near(curve.points, x);
        return point && point[0] >= frame.low ? `${curve.label} ${told(point[1])}` : null;
      });
      reading.textContent = [`${data.unit} ${told(x)}`, ...parts.filter(Boolean)].join(" · ");
    });
    svg.addEventListener("pointerleave", () => {
      line.removeAttribute("d");
      reading.textContent = empty;
    });
  }
});

/**
 * Runs inside of the page: all texts that are seen and do not stand out from their ground by what WCAG AA asks for, 4.5 to
 * 1, or 3 to 1 for what is large. Colours are read as they are painted, so half-transparent ones count as what they become.
 */
export const unreadable = `(() => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true });
  const painted = (colours) => {
    canvas.clearRect(0, 0, 1, 1);
    for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const grounds = (element) => {
    const colours = [];
    for (let at = element; at; at = at.parentElement) {
      const bar = at.tagName === 'svg' && !at.classList.contains('track') ? at.querySelector(':scope > rect') : null;
      if (bar) colours.unshift(getComputedStyle(bar).fill);
      const { backgroundColor } = getComputedStyle(at);
      colours.unshift(backgroundColor);
    }
    return ['white', ...colours];
  };
  const bad = [];
  let seen = 0;
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].filter((node) => node.nodeType === 3 && node.data.trim() !== '');
    const style = getComputedStyle(element);
    if (own.length === 0 || /^(script|style|title|option)$/i.test(element.tagName) || element.closest('.hidden')) continue;
    if (element.getClientRects().length === 0 || style.visibility === 'hidden') continue;
    seen++;
    const behind = grounds(element.namespaceURI.endsWith('svg') ? element.parentElement : element);
    const colour = element.namespaceURI.endsWith('svg') ? style.fill : style.color;
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const found = ratio(painted([...behind, colour]), painted(behind));
    if (found < (large ? 3 : 4.5)) bad.push(found.toFixed(2) + ' ' + element.tagName + '.' + element.getAttribute('class') + ' ' + element.textContent.trim().slice(0, 40));
  }
  return { seen, bad };
})()`;

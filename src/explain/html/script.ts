/** All that the page does by itself: it filters rows and copies commands. Everything else is there without it. */
export const script = `
(() => {
  const box = document.getElementById('search');
  const input = document.getElementById('filter');
  const told = box.querySelector('output');
  const rows = [...document.querySelectorAll('.filtered tbody tr')].map((row) => [row, row.textContent.toLowerCase()]);
  const filter = () => {
    const words = input.value.toLowerCase().split(/\\s+/).filter(Boolean);
    let shown = 0;
    for (const [row, text] of rows) {
      row.hidden = !words.every((word) => text.includes(word));
      if (!row.hidden) shown++;
    }
    told.textContent = words.length === 0 ? '' : shown + ' of ' + rows.length + ' rows';
  };
  box.hidden = rows.length === 0;
  input.addEventListener('input', filter);
  input.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    input.value = '';
    filter();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || event.target === input) return;
    event.preventDefault();
    input.focus();
  });
  addEventListener('hashchange', () => {
    const row = document.getElementById(location.hash.slice(1));
    if (!row || !row.hidden) return;
    input.value = '';
    filter();
    row.scrollIntoView();
  });
  for (const command of document.querySelectorAll('.command')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Copy';
    button.setAttribute('aria-label', 'Copy: ' + command.textContent);
    button.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(command.textContent);
        button.textContent = 'Copied';
      } catch {
        getSelection().selectAllChildren(command);
        button.textContent = 'Selected';
      }
    });
    command.after(button);
  }
})();
`;

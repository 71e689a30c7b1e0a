import './style.css'

const { greet } = await import('./lazy.ts')
document.body.textContent = greet('world')

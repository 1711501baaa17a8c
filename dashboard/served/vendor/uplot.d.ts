// Types of what the server serves beside the page as vendor/uplot.js.
export { default } from 'uplot'

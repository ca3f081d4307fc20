import './style/colours.css';
import './style/base.css';
import './style/shell.css';
import './style/parts.css';
import './portal.js';

document.body.append(document.createElement('tt-portal'));

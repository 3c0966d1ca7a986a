// The bundle is named after its entry: this one becomes `dist/migrate.js`.
import "./migrate/main";

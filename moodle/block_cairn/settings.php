<?php
// This file is part of Moodle - https://moodle.org/
//
// Moodle is free software: you can redistribute it and/or modify
// it under the terms of the GNU General Public License as published by
// the Free Software Foundation, either version 3 of the License, or
// (at your option) any later version.
//
// Moodle is distributed in the hope that it will be useful,
// but WITHOUT ANY WARRANTY; without even the implied warranty of
// MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the
// GNU General Public License for more details.
//
// You should have received a copy of the GNU General Public License
// along with Moodle.  If not, see <https://www.gnu.org/licenses/>.

/**
 * Settings of the site.
 *
 * @package    block_cairn
 * @copyright  2026 The Cairn project
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

if ($ADMIN->fulltree) {
    if (empty($CFG->allowstealth)) {
        $settings->add(new admin_setting_description(
            'block_cairn/stealthoff',
            '',
            $OUTPUT->notification(get_string('stealthoff', 'block_cairn'), \core\output\notification::NOTIFY_WARNING, false)
        ));
    }
    $settings->add(new admin_setting_configselect(
        'block_cairn/typeid',
        new lang_string('configtypeid', 'block_cairn'),
        new lang_string('configtypeid_desc', 'block_cairn'),
        0,
        static fn(): array => [0 => get_string('choosedots')] + \block_cairn\local\tool::choices()
    ));
    $settings->add(new admin_setting_configtext(
        'block_cairn/height',
        new lang_string('configheight', 'block_cairn'),
        new lang_string('configheight_desc', 'block_cairn'),
        420,
        PARAM_INT
    ));
}

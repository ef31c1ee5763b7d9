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
 * The form with the settings of one block.
 *
 * @package    block_cairn
 * @copyright  2026 The Cairn project
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

use block_cairn\local\activity;

/**
 * The form with the settings of one block.
 */
class block_cairn_edit_form extends block_edit_form {
    /**
     * Add the fields of this kind of block.
     *
     * @param MoodleQuickForm $mform
     */
    protected function specific_definition($mform): void {
        $choices = [];
        foreach (activity::WIDGETS as $widget) {
            $choices[$widget] = get_string("widget_$widget", 'block_cairn');
        }
        $mform->addElement('header', 'configheader', get_string('blocksettings', 'block'));
        $mform->addElement('select', 'config_widget', get_string('widget', 'block_cairn'), $choices);
        $mform->setDefault('config_widget', activity::WIDGETS[0]);
    }
}

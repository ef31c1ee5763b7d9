<?php
// Changes one learner in a hundred of a test Moodle, for benchmarks.sync: half complete a course, half move to another department.
// Run as the user of the web server, in Moodle's folder: php /path/to/moodle_change.php
define('CLI_SCRIPT', true);
require getcwd() . '/config.php';
require_once $CFG->dirroot . '/user/lib.php';
require_once $CFG->libdir . '/completionlib.php';

$now = time();
$learners = $DB->get_fieldset_sql(
    "SELECT DISTINCT ue.userid FROM {user_enrolments} ue JOIN {enrol} e ON e.id = ue.enrolid
       JOIN {role_assignments} ra ON ra.userid = ue.userid JOIN {role} r ON r.id = ra.roleid
      WHERE r.shortname = 'student' ORDER BY ue.userid"
);
foreach ($learners as $number => $userid) {
    if ($number % 100) {
        continue;
    }
    $DB->set_field('user', 'lastaccess', $now, ['id' => $userid]);
    $open = $DB->get_record_select(
        'course_completions', 'userid = ? AND timecompleted IS NULL', [$userid], 'id, userid, course', IGNORE_MULTIPLE
    );
    if ($open && $number % 200) {
        (new completion_completion(['userid' => $userid, 'course' => $open->course]))->mark_complete($now);
    } else {
        user_update_user((object) ['id' => $userid, 'department' => "Moved $now"], false, false);
    }
}
echo intdiv(count($learners) + 99, 100), " learners changed\n";

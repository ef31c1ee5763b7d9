"""core_webservice_get_site_info: who the token belongs to and what it may call."""

from typing import Any

from sandbox.site import RELEASE, SITE_NAME, VERSION, Site
from sandbox.webservice.params import TEXT, Many
from sandbox.webservice.registry import function, offered
from sandbox.world import SITE_COURSE_ID

_FEATURES = {
    "usecomments": 1,
    "usetags": 1,
    "enablenotes": 1,
    "messaging": 1,
    "enableblogs": 1,
    "enablecompletion": 1,
    "enablebadges": 1,
    "messagingallusers": 0,
    "enablecustomreports": 1,
    "enableglobalsearch": 0,
    "mnet_dispatcher_mode": 0,
    "enablecompetencies": 1,
}


@function("core_webservice_get_site_info", serviceshortnames=Many(TEXT, default=()))
def get_site_info(site: Site, **_serviceshortnames: list[str]) -> dict[str, Any]:
    user = site.world.people[site.world.service_user]
    return {
        "sitename": SITE_NAME,
        "username": user.username,
        "firstname": user.firstname,
        "lastname": user.lastname,
        "fullname": user.fullname,
        "lang": user.lang,
        "userid": user.id,
        "siteurl": site.base_url,
        "userpictureurl": site.url("/theme/image.php/boost/core/1/u/f1"),
        "functions": [{"name": name, "version": VERSION} for name in offered(site)],
        "downloadfiles": 0,
        "uploadfiles": 0,
        "release": RELEASE,
        "version": VERSION,
        "mobilecssurl": "",
        "advancedfeatures": [{"name": name, "value": value} for name, value in _FEATURES.items()],
        "usercanmanageownfiles": True,
        "userquota": 104857600,
        "usermaxuploadfilesize": 2097152,
        "userhomepage": 1,
        "userprivateaccesskey": "",
        "siteid": SITE_COURSE_ID,
        "sitecalendartype": "gregorian",
        "usercalendartype": "gregorian",
        "userissiteadmin": user.is_admin,
        "theme": "boost",
        "limitconcurrentlogins": 0,
        "policyagreed": 0,
    }

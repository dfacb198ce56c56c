"""Jobs: `/viec-nen/…`."""

from django.urls import path, re_path

from ntm.jobs import views

app_name = "jobs"

urlpatterns = [
    path("", views.Jobs.as_view(), name="jobs"),
    path("tep-danh-sach/", views.AskForListFile.as_view(), name="list-file"),
    path("<int:pk>/", views.JobPage.as_view(), name="job"),
    path("<int:pk>/tien-do/", views.JobProgress.as_view(), name="progress"),
    path("<int:pk>/dung/", views.CancelJob.as_view(), name="cancel"),
    re_path(r"^(?P<pk>\d+)/tep\.(?P<kind>xlsx|csv)$", views.JobFile.as_view(), name="file"),
]

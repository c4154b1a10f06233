"""What Spanline runs inside a Python program that it starts; see README.md of the folder above."""
